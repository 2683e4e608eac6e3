use serde_json::json;

use super::*;

fn ty(json: &serde_json::Value) -> Ty {
    Ty::from_json(json.to_string().as_bytes()).unwrap()
}

fn there_and_back(value: serde_json::Value, of: serde_json::Value) -> serde_json::Value {
    let of = ty(&of);
    let bytes = encode(&Value::from_json(value), &of).unwrap();
    decode(&bytes, &of, "thing").unwrap().to_json()
}

#[test]
fn every_type_comes_back_as_it_was_sent() {
    for (value, of) in [
        (json!("text"), json!("string")),
        (json!(true), json!("bool")),
        (json!(9_007_199_254_740_993_i64), json!("number")),
        (json!(0.1), json!("number")),
        (json!([1, 2]), json!(["list", "number"])),
        (json!({"b": "1", "a": "2"}), json!(["map", "string"])),
        (json!([1, "a"]), json!(["tuple", ["number", "string"]])),
        (json!({"a": 1, "b": [true]}), json!("dynamic")),
        (json!(null), json!(["list", "string"])),
    ] {
        assert_eq!(there_and_back(value.clone(), of), value);
    }
}

#[test]
fn a_set_is_sorted_and_an_object_has_all_its_members() {
    assert_eq!(there_and_back(json!(["b", "a", "b"]), json!(["set", "string"])), json!(["a", "b"]));
    let object = json!(["object", {"a": "string", "b": "number"}, ["b"]]);
    assert_eq!(there_and_back(json!({"a": "x", "stray": 1}), object), json!({"a": "x", "b": null}));
}

#[test]
fn a_block_of_one_is_a_list_on_the_wire_only() {
    let one = Ty::One(Box::new(ty(&json!(["object", {"a": "string"}]))));
    let value = Value::from_json(json!({"a": "x"}));
    assert_eq!(decode(&encode(&value, &one).unwrap(), &one, "").unwrap(), value);
    assert_eq!(encode(&Value::Null, &one).unwrap(), [0x90], "an empty array");
    assert_eq!(to_json(&value, &one), json!([{"a": "x"}]));
    let two =
        encode(&Value::from_json(json!([{"a": "x"}, {"a": "y"}])), &ty(&json!(["list", ["object", {"a": "string"}]])));
    assert!(decode(&two.unwrap(), &one, "").is_err(), "the second would be lost");
}

#[test]
fn an_unknown_has_the_name_of_its_place() {
    let of = ty(&json!(["object", {"id": "string", "n": "number"}]));
    // {"id": unknown with a refinement, "n": unknown}
    let bytes = [0x82, 0xa2, b'i', b'd', 0xc7, 0x03, 12, 0x81, 0x01, 0xc2, 0xa1, b'n', 0xd4, 0, 0];
    let value = decode(&bytes, &of, "main.thing").unwrap();
    let names: Vec<String> = value.unknowns().iter().map(|unknown| unknown.shown()).collect();
    assert_eq!(names, ["main.thing.id", "main.thing.n"]);
    assert_eq!(decode(&encode(&value, &of).unwrap(), &of, "main.thing").unwrap(), value);
}

#[test]
fn what_cannot_be_kept_exactly_is_refused() {
    for bytes in [&b"\xb412345678901234567.89"[..], &b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff"[..]] {
        assert!(decode(bytes, &Ty::Num, "").unwrap_err().to_string().contains("digits"), "{bytes:?}");
    }
    assert_eq!(decode(b"\xa31.5", &Ty::Num, "").unwrap(), Value::Float(1.5));
}

#[test]
fn hostile_bytes_are_errors() {
    let of = ty(&json!(["list", "string"]));
    for bytes in [&b""[..], b"\x91", b"\xdd\xff\xff\xff\xff", b"\x91\x01", b"\x90\x90", b"\xa1\xff"] {
        assert!(decode(bytes, &of, "").is_err(), "{bytes:?}");
    }
    assert!(decode(&[0x91; 100_000], &Ty::Dyn, "").is_err());
    assert!(Ty::from_json("[\"list\",".repeat(100_000).as_bytes()).is_err());
    assert!(Ty::from_json(b"[\"set\"]").is_err());
}

//! What is no reply of AWS, to every type and in every protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use tokio::time::{Duration, Instant};
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Value};

use crate::Aws;
use crate::connection::fake::{self, Asked, Page};
use crate::connection::replay::{operation, recover};
use crate::registry::{Kind, kinds};
use crate::services::route53;

const LOGIN: &str =
    "<!DOCTYPE html>\n<html><head><title>Log in to\u{202e} the\u{1b}[2K \"network\"</title></head></html>";

fn page(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Page {
    let headers = match content_type {
        "" => Vec::new(),
        kind => vec![("content-type", kind.to_string())],
    };
    Page { status, headers, body: body.as_ref().to_vec() }
}

/// What proxies, captive portals and broken networks answer in AWS's place.
fn foreign() -> Vec<(&'static str, Page)> {
    vec![
        ("a login page", page(200, "text/html; charset=utf-8", LOGIN)),
        ("a login page that is XML", page(200, "text/html", "<html><body>Log in</body></html>")),
        ("nothing", page(200, "", "")),
        ("no content", page(204, "", "")),
        ("an empty object", page(200, "application/json", "{}")),
        ("an empty object as AWS names it", page(200, "application/x-amz-json-1.1", "{}")),
        ("null", page(200, "application/json", "null")),
        ("a refusal", page(403, "text/html", LOGIN)),
        ("a refusal that is XML", page(403, "text/xml", "<error><code>blocked</code></error>")),
        ("a refusal in JSON", page(403, "application/json", r#"{"code":"blocked","message":"by policy"}"#)),
        ("a missing page", page(404, "text/html", "<html><body><h1>Not Found</h1></body></html>")),
        ("a missing page without a word", page(404, "", "")),
        ("a redirection", Page { headers: vec![("location", "http://portal.test/".into())], ..page(302, "", "") }),
        ("XML cut short", page(200, "text/xml", "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1")),
        ("JSON cut short", page(200, "application/x-amz-json-1.0", r#"{"Table":{"TableName":"#)),
        ("gzip", page(200, "text/xml", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xb3\xc9\x30")),
        ("too many requests", page(429, "text/html", "slow down")),
    ]
}

/// An id of the form that the type has.
fn id(type_name: &str) -> PhysicalId {
    let id = match type_name {
        "aws_security_group_rule" => "sg-1_ingress_tcp_443_443_10.0.0.0/16",
        "aws_route" => "rtb-1_0.0.0.0/0",
        "aws_route_table_association" => "subnet-1/rtb-1",
        "aws_eks_node_group" => "cluster:group",
        "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy" | "aws_iam_group_membership" => "a:b",
        "aws_iam_policy_attachment" => "a/arn:aws:iam::123456789012:policy/b",
        "aws_iam_service_linked_role" => {
            "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
        }
        "aws_cloudwatch_log_stream" => "group:stream",
        "aws_cloudwatch_log_subscription_filter" => "group|filter",
        "aws_iam_role_policy_attachment" => "role/arn:aws:iam::aws:policy/ReadOnlyAccess",
        "aws_iam_openid_connect_provider" => "arn:aws:iam::123456789012:oidc-provider/a.test",
        "aws_iam_user_policy_attachment" | "aws_iam_group_policy_attachment" => "a/arn:aws:iam::aws:policy/b",
        "aws_iam_policy" => "arn:aws:iam::123456789012:policy/a",
        "aws_sns_topic" | "aws_sns_topic_policy" => "arn:aws:sns:eu-west-1:123456789012:a",
        "aws_sqs_queue" | "aws_sqs_queue_policy" => "https://sqs.eu-west-1.amazonaws.com/123456789012/a",
        "aws_kms_alias" => "alias/a",
        "aws_route53_record" => "Z1_www_A",
        "aws_volume_attachment" => "/dev/sdf:vol-1:i-1",
        "aws_ec2_tag" => "vpc-1,team",
        "aws_network_acl_rule" => "acl-1:100:6:false",
        "aws_s3_object" => "images/logo.png",
        "aws_eks_addon" => "cluster:vpc-cni",
        "aws_eks_access_entry" => "cluster:arn:aws:iam::123456789012:role/a",
        "aws_eks_access_policy_association" => {
            "cluster#arn:aws:iam::123456789012:role/a#arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
        }
        "aws_eks_pod_identity_association" => "cluster,a-1",
        "aws_lb_listener_certificate" => {
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2_arn:aws:acm:eu-west-1:123456789012:certificate/b"
        }
        "aws_lb_target_group_attachment" => {
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/1,i-1,80"
        }
        "aws_lambda_permission" | "aws_lambda_alias" => "function/a",
        "aws_lambda_layer_version" => "arn:aws:lambda:eu-west-1:123456789012:layer:a:1",
        "aws_ec2_transit_gateway_route" => "tgw-rtb-1_10.0.0.0/16",
        "aws_kms_grant" => "key-1:grant-1",
        "aws_route53_zone_association" => "Z1:vpc-1",
        _ => "a-1",
    };
    id.into()
}

/// The attributes that state would have, as far as calls need them.
fn prior(kind: &dyn Kind) -> Value {
    let known =
        [("id", id(kind.schema().name).as_str().to_string()), ("arn", "arn:aws:x:eu-west-1:123456789012:a".into())];
    let places = [
        ("vpc_id", "vpc-1"),
        ("bucket", "a-1"),
        ("route_table_id", "rtb-1"),
        ("security_group_id", "sg-1"),
        ("zone_id", "Z1"),
        ("role", "role"),
        ("cluster_identifier", "c-1"),
        ("final_snapshot_identifier", "last"),
    ];
    let places = places.into_iter().map(|(name, value)| (name, value.to_string()));
    let fields = known.into_iter().chain(places).filter(|(name, _)| kind.schema().field(name).is_some());
    Value::from_json(
        fields.map(|(name, value)| (name.to_string(), json!(value))).collect::<serde_json::Map<_, _>>().into(),
    )
}

/// An account at which everything is answered by `page`, but the question whose account it is.
fn behind(page: Page) -> (Aws, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    let aws = fake::pages(move |request: &Asked<'_>| {
        count.fetch_add(1, Ordering::Relaxed);
        page.clone().unless_identity(request)
    });
    (aws, asked)
}

impl Page {
    fn unless_identity(self, request: &Asked<'_>) -> Page {
        if request.action() != "GetCallerIdentity" {
            return self;
        }
        let account = "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/a</Arn>";
        let result = format!("<GetCallerIdentityResult>{account}</GetCallerIdentityResult>");
        self::page(200, "text/xml", format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))
    }
}

fn says_what_came(error: &CloudError) -> bool {
    matches!(error.kind, ErrorKind::Unreadable | ErrorKind::Ambiguous) && error.message.contains("not from AWS")
}

#[tokio::test(start_paused = true)]
async fn no_type_takes_a_page_for_an_absence() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let name = kind.schema().name;
        let all = kind.schema().fields.iter().map(|field| field.name.to_string()).collect();
        let wanted = [ReadRequest::new(id(name), all)];
        for (what, page) in foreign() {
            let (aws, asked) = behind(page);
            match kind.read(&aws, &wanted).await.as_slice() {
                [Err(error)] if says_what_came(error) => {}
                other => wrong.push(format!("{name}, {what}: {other:?}")),
            }
            assert!(asked.load(Ordering::Relaxed) > 0, "{name} asks nobody");
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn no_type_takes_a_page_for_a_deletion() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let name = kind.schema().name;
        for (what, page) in foreign() {
            let (aws, asked) = behind(page);
            match kind.delete(&aws, &id(name), &prior(kind)).await {
                Err(error) if says_what_came(&error) => {}
                // Nothing to do at AWS.
                Ok(()) if asked.load(Ordering::Relaxed) == 0 => {}
                other => wrong.push(format!("{name}, {what}: {other:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn no_search_takes_a_page_for_nothing_found() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let name = kind.schema().name;
        for (what, page) in foreign() {
            let (aws, asked) = behind(page);
            let mut wanted = recover(json!({}));
            wanted.wanted = prior(kind);
            let found = kind.find(&aws, &wanted).await;
            let failed = matches!(&found, Err(error) if says_what_came(error));
            if !failed && asked.load(Ordering::Relaxed) > 0 {
                wrong.push(format!("{name}, {what}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where AWS's headers come through and the body was put in its place.
#[tokio::test(start_paused = true)]
async fn a_body_that_was_exchanged_is_noticed() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let name = kind.schema().name;
        let wanted = [ReadRequest::new(id(name), vec!["id".into()])];
        for body in ["", "{}", LOGIN] {
            let mut page = page(200, "text/xml", body);
            page.headers.push(("x-amzn-requestid", "01REQUEST".into()));
            page.headers.push(("x-amz-request-id", "01REQUEST".into()));
            let (aws, _) = behind(page);
            match kind.read(&aws, &wanted).await.as_slice() {
                [Err(error)] if error.may_have_landed() => {}
                // HEAD has no body to exchange.
                _ if ["aws_s3_bucket", "aws_s3_object"].contains(&name) => {}
                other => wrong.push(format!("{name}, {body:?}: {other:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// As moto names it.
#[tokio::test]
async fn a_store_may_name_its_documents_otherwise() {
    let mut page = page(
        200,
        "application/xml",
        "<GetBucketVersioningResponse><Status>Enabled</Status></GetBucketVersioningResponse>",
    );
    page.headers.push(("x-amz-request-id", "1".into()));
    let (aws, _) = behind(page);
    let kind = kinds().find(|kind| kind.schema().name == "aws_s3_bucket_versioning").expect("the type");
    let wanted = [ReadRequest::new("a-1".into(), vec!["versioning_configuration".into()])];
    let read = kind.read(&aws, &wanted).await.remove(0).unwrap().expect("a bucket");
    assert!(read.to_string().contains("Enabled"), "{read}");
}

#[tokio::test(start_paused = true)]
async fn a_create_that_a_page_answers_is_open() {
    let mut tried = 0;
    for kind in kinds() {
        for (what, page) in foreign() {
            let (aws, asked) = behind(page);
            let created = kind.create(&aws, &prior(kind), &operation()).await;
            if asked.load(Ordering::Relaxed) == 0 {
                continue;
            }
            tried += 1;
            let error = created.expect_err("nothing was created");
            assert!(error.may_have_landed(), "{}, {what}: {error:?}", kind.schema().name);
        }
    }
    assert!(tried > 500, "{tried} creates were sent");
}

#[tokio::test(start_paused = true)]
async fn what_stands_in_the_way_is_told_at_once_and_what_failed_is_asked_again() {
    for (status, attempts, kind) in
        [(200, 1, ErrorKind::Unreadable), (403, 1, ErrorKind::Unreadable), (502, 3, ErrorKind::Ambiguous)]
    {
        let (aws, asked) = behind(page(status, "text/html", LOGIN));
        let start = Instant::now();
        let error = aws.call("ec2:DescribeVpcs", aws.read().ec2().describe_vpcs().send()).await.unwrap_err();
        assert_eq!((error.kind, asked.load(Ordering::Relaxed)), (kind, attempts), "{error}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn the_error_says_what_came_and_from_where() {
    let (aws, _) = behind(page(404, "text/html; charset=utf-8", LOGIN));
    let error = aws.call("kms:DescribeKey", aws.read().kms().describe_key().key_id("a").send()).await.unwrap_err();
    assert_eq!(
        error.message,
        "HTTP 404 text/html: not from AWS. http://aws.test/ answered \"<!DOCTYPE html> <html><head><title>Log in \
         to\u{fffd} the\u{fffd}[2K 'network'</title></head></…\""
    );
    let (aws, _) = behind(page(200, "", ""));
    let error = aws.call("kms:DescribeKey", aws.read().kms().describe_key().key_id("a").send()).await.unwrap_err();
    assert_eq!(error.message, "HTTP 200 without a body: not from AWS. http://aws.test/ answered with nothing in it");
}

#[tokio::test]
async fn a_checksum_that_does_not_fit_is_noticed() {
    let answered = |body: &'static str| {
        let mut page = page(200, "application/x-amz-json-1.0", body);
        page.headers.extend([("x-amzn-requestid", "1".to_string()), ("x-amz-crc32", "2745614147".to_string())]);
        behind(page).0
    };
    let get = async |aws: Aws| {
        aws.call("dynamodb:GetItem", aws.read().dynamodb().get_item().table_name("t").send())
            .await
            .map(|reply| reply.item)
    };
    assert_eq!(get(answered("{}")).await, Ok(None));
    assert_eq!(get(answered("{ }")).await.unwrap_err().kind, ErrorKind::Unreadable);
}

/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html#API_ChangeResourceRecordSets_Errors>
#[tokio::test]
async fn both_forms_of_an_invalid_batch_are_read() {
    let text = "Tried to delete resource record set [name=&apos;www.example.com.&apos;, type=&apos;A&apos;] but it was not found";
    let bare = format!(
        "<?xml version=\"1.0\"?><InvalidChangeBatch xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
                        <Messages><Message>{text}</Message></Messages></InvalidChangeBatch>"
    );
    let wrapped = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidChangeBatch</Code><Message>[{text}]</Message>\
                           </Error><RequestId>1</RequestId></ErrorResponse>"
    );
    for body in [bare, wrapped] {
        let (aws, _) = behind(page(400, "text/xml", body));
        let error = route53::send_nothing(&aws).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::NotFound, Some("InvalidChangeBatch")), "{error}");
        assert!(error.message.contains("[name='www.example.com.', type='A'] but it was not found"), "{error}");
    }
}

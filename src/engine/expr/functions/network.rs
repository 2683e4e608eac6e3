//! IP prefixes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::arguments::Arguments;
use super::{Failure, Function, brief};
use crate::model::Value;

/// Subnets that one call makes at most.
const MAX_SUBNETS: usize = 4096;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "cidrcontains(prefix, address)",
            "cidrcontains",
            2,
            Some(2),
            cidrcontains,
            "Whether an address or a whole prefix lies within a prefix.",
        ),
        Function::new(
            "cidrhost(prefix, hostnum)",
            "cidrhost",
            2,
            Some(2),
            cidrhost,
            "The address with a number within a prefix; a negative number counts from its end.",
        ),
        Function::new(
            "cidrnetmask(prefix)",
            "cidrnetmask",
            1,
            Some(1),
            cidrnetmask,
            "The netmask of an IPv4 prefix: 255.255.0.0.",
        ),
        Function::new(
            "cidrsubnet(prefix, newbits, netnum)",
            "cidrsubnet",
            3,
            Some(3),
            cidrsubnet,
            "The subnet with a number, longer than the prefix by some bits.",
        ),
        Function::new(
            "cidrsubnets(prefix, newbits...)",
            "cidrsubnets",
            1,
            None,
            cidrsubnets,
            "Consecutive subnets, each longer than the prefix by some bits.",
        ),
    ]
}

/// An aligned prefix, its address as a number of `width` bits.
#[derive(Clone, Copy)]
struct Prefix {
    address: u128,
    length: u32,
    width: u32,
}

impl Prefix {
    fn parse(text: &str) -> Result<Self, Failure> {
        let invalid = || Failure::new(format!("{} is not a prefix such as 10.0.0.0/16", brief(text)));
        let (address, length) = text.split_once('/').ok_or_else(invalid)?;
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        if !length.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let length: u32 = length.parse().map_err(|_| invalid())?;
        let (address, width) = match address {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
            IpAddr::V6(v6) => (u128::from(v6), 128),
        };
        if length > width {
            return Err(Failure::new(format!("{text:?} has more than {width} bits")));
        }
        let prefix = Self { address, length, width };
        let aligned = Self { address: address & !prefix.host_mask(), ..prefix };
        if aligned.address != address {
            let failure = Failure::new(format!("{text:?} has bits set behind its /{length}"));
            return Err(failure.help(format!("did you mean {}?", aligned.text())));
        }
        Ok(prefix)
    }

    /// Ones in the bits of the host.
    fn host_mask(self) -> u128 {
        match self.width - self.length {
            0 => 0,
            bits => u128::MAX >> (128 - bits),
        }
    }

    fn address(self, number: u128) -> IpAddr {
        match self.width {
            32 => IpAddr::V4(Ipv4Addr::from(number as u32)),
            _ => IpAddr::V6(Ipv6Addr::from(number)),
        }
    }

    fn text(self) -> String {
        format!("{}/{}", self.address(self.address), self.length)
    }

    fn longer(self, newbits: i64) -> Result<u32, Failure> {
        u32::try_from(newbits)
            .ok()
            .and_then(|bits| self.length.checked_add(bits))
            .filter(|length| *length <= self.width)
            .ok_or_else(|| {
                Failure::new(format!(
                    "{} cannot be longer by {newbits} bits: it has {}",
                    self.text(),
                    self.width - self.length
                ))
            })
    }
}

/// A number of a host or a subnet, its sign apart: true below zero. Within an IPv6 prefix it may be longer than an int,
/// and is written as text then.
fn number(arguments: &Arguments, position: usize) -> Result<(bool, u128), Failure> {
    if let Value::String(text) = arguments.value(position) {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_ref()), |digits| (true, digits));
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(number) = digits.parse::<u128>()
        {
            return Ok((negative && number > 0, number));
        }
    }
    let number = arguments.int(position)?;
    Ok((number < 0, u128::from(number.unsigned_abs())))
}

fn cidrcontains(arguments: &Arguments) -> Result<Value, Failure> {
    let prefix = Prefix::parse(&arguments.text(0)?)?;
    let text = arguments.text(1)?;
    let inner = match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Prefix { address: u128::from(u32::from(address)), length: 32, width: 32 },
        Ok(IpAddr::V6(address)) => Prefix { address: u128::from(address), length: 128, width: 128 },
        Err(_) => Prefix::parse(&text)?,
    };
    let same = inner.address & !prefix.host_mask() == prefix.address;
    Ok(Value::Bool(inner.width == prefix.width && inner.length >= prefix.length && same))
}

fn cidrsubnet(arguments: &Arguments) -> Result<Value, Failure> {
    let prefix = Prefix::parse(&arguments.text(0)?)?;
    let newbits = arguments.int(1)?;
    let length = prefix.longer(newbits)?;
    let (negative, number) = number(arguments, 2)?;
    // `longer` has made sure that it is not negative.
    let room = if newbits >= 128 { u128::MAX } else { (1_u128 << newbits) - 1 };
    if negative || number > room {
        let (prefix, sign) = (prefix.text(), if negative { "-" } else { "" });
        let message = format!("{prefix} has no subnet {sign}{number} of /{length}: they are numbered 0 to {room}");
        return Err(Failure::new(message));
    }
    let shift = prefix.width - length;
    let offset = if shift >= 128 { 0 } else { number << shift };
    Ok(Prefix { address: prefix.address | offset, length, ..prefix }.text().into())
}

fn cidrsubnets(arguments: &Arguments) -> Result<Value, Failure> {
    let prefix = Prefix::parse(&arguments.text(0)?)?;
    let last = prefix.address | prefix.host_mask();
    let mut next = Some(prefix.address);
    let mut out = Vec::new();
    for newbits in arguments.rest(1).iter().take(MAX_SUBNETS + 1) {
        let newbits = newbits.as_int().ok_or_else(|| Failure::new("the bits must be ints"))?;
        let length = prefix.longer(newbits)?;
        let mask = Prefix { address: 0, length, width: prefix.width }.host_mask();
        let full =
            || Failure::new(format!("{} has no room for a /{length} behind {} others", prefix.text(), out.len()));
        let address = next
            .and_then(|next| next.checked_add(mask))
            .map(|end| end & !mask)
            .filter(|address| address | mask <= last)
            .ok_or_else(full)?;
        next = (address | mask).checked_add(1);
        out.push(Value::from(Prefix { address, length, ..prefix }.text()));
        if out.len() > MAX_SUBNETS {
            return Err(Failure::new(format!("more than {MAX_SUBNETS} subnets")));
        }
    }
    Ok(Value::List(out))
}

fn cidrhost(arguments: &Arguments) -> Result<Value, Failure> {
    let prefix = Prefix::parse(&arguments.text(0)?)?;
    let (negative, number) = number(arguments, 1)?;
    let mask = prefix.host_mask();
    let none = || {
        Failure::new(format!(
            "{} has no host {}{number}: it has {} bits for hosts",
            prefix.text(),
            if negative { "-" } else { "" },
            prefix.width - prefix.length
        ))
    };
    let host = match negative {
        false => Some(number).filter(|number| *number <= mask),
        true => mask.checked_sub(number - 1),
    };
    Ok(prefix.address(prefix.address | host.ok_or_else(none)?).to_string().into())
}

fn cidrnetmask(arguments: &Arguments) -> Result<Value, Failure> {
    let prefix = Prefix::parse(&arguments.text(0)?)?;
    if prefix.width != 32 {
        return Err(Failure::new("an IPv6 prefix has no netmask"));
    }
    Ok(prefix.address(!prefix.host_mask() & u128::from(u32::MAX)).to_string().into())
}

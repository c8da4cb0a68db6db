//! Functions over IP networks.

use super::Param::{Number, Rest, Text};
use super::{Call, Function, INVALID, Outcome, known};
use crate::model::value::{Value, WhyCode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const FUNCTIONS: &[Function] = &[
    known("cidrhost", &[Text, Number], |call| {
        let network = Network::parse(&call.text(0)?)?;
        let host = i128::from(call.int(1)?);
        let size = network.hosts();
        let host = if host < 0 { size.checked_sub(host.unsigned_abs()).ok_or(INVALID)? } else { host.unsigned_abs() };
        if host >= size {
            return Err(INVALID);
        }
        Ok(Value::string(Network { address: network.address | host, ..network }.ip().to_string()))
    }),
    known("cidrnetmask", &[Text], |call| {
        let network = Network::parse(&call.text(0)?)?;
        if network.bits != 32 {
            return Err(INVALID);
        }
        Ok(Value::string(Network { address: network.mask(), ..network }.ip().to_string()))
    }),
    known("cidrsubnet", &[Text, Number, Number], |call| {
        let network = Network::parse(&call.text(0)?)?;
        let (more, number) = (network.longer(call.int(1)?)?, call.int(2)?);
        let number = u128::try_from(number).map_err(|_| INVALID)?;
        let added = u32::from(more - network.prefix);
        if added < 128 && number >> added > 0 {
            return Err(INVALID);
        }
        let address = network.address | number.checked_shl(u32::from(network.bits - more)).unwrap_or(0);
        Ok(Value::string(Network { address, prefix: more, ..network }.to_string()))
    }),
    known("cidrsubnets", &[Text, Rest(&Number)], subnets),
];

/// A network, its address in the lowest bits.
struct Network {
    address: u128,
    prefix: u8,
    bits: u8,
}

impl Network {
    fn parse(text: &str) -> Outcome<Network> {
        let (address, prefix) = text.split_once('/').ok_or(INVALID)?;
        let prefix: u8 = prefix.parse().ok().filter(|_| !prefix.starts_with('+')).ok_or(INVALID)?;
        let v4 = |octets: &str| -> Outcome<Ipv4Addr> {
            // Zeros in front are taken as decimal, as Terraform always did.
            let mut parts = octets.split('.').map(|octet| octet.parse::<u8>().map_err(|_| INVALID));
            let mut next = || parts.next().ok_or(INVALID)?;
            let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
            if parts.next().is_some() { Err(INVALID) } else { Ok(address) }
        };
        let (address, bits) = match address.contains(':') {
            true => (address.parse::<Ipv6Addr>().map_err(|_| INVALID)?.to_bits(), 128),
            false => (u128::from(v4(address)?.to_bits()), 32),
        };
        if prefix > bits {
            return Err(INVALID);
        }
        let network = Network { address, prefix, bits };
        Ok(Network { address: address & network.mask(), ..network })
    }

    fn mask(&self) -> u128 {
        let all = u128::MAX >> (128 - u32::from(self.bits));
        all & !(self.hosts().wrapping_sub(1))
    }

    /// Addresses in it; the largest number for all of them.
    fn hosts(&self) -> u128 {
        1u128.checked_shl(u32::from(self.bits - self.prefix)).unwrap_or(0)
    }

    /// A prefix longer by some bits.
    fn longer(&self, by: i64) -> Outcome<u8> {
        let longer = i64::from(self.prefix).checked_add(by).filter(|_| by >= 0).ok_or(INVALID)?;
        u8::try_from(longer).ok().filter(|longer| *longer <= self.bits).ok_or(INVALID)
    }

    fn ip(&self) -> IpAddr {
        match u32::try_from(self.address) {
            Ok(address) if self.bits == 32 => Ipv4Addr::from_bits(address).into(),
            _ => Ipv6Addr::from_bits(self.address).into(),
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.ip(), self.prefix)
    }
}

/// Networks one after the other, each where it may start.
fn subnets(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    const MOST: usize = 10_000;
    if call.args.len() > MOST {
        return Err(WhyCode::LimitReached);
    }
    let whole = Network::parse(&call.text(0)?)?;
    let last = whole.address | !whole.mask() & (u128::MAX >> (128 - u32::from(whole.bits)));
    let mut next = Some(whole.address);
    let mut found = Vec::with_capacity(call.args.len());
    for at in 1..call.args.len() {
        let more = call.int(at)?;
        let network = Network { address: 0, prefix: whole.longer(more)?, bits: whole.bits };
        if !(1..=32).contains(&more) {
            return Err(INVALID);
        }
        let size = network.hosts();
        let start = next.and_then(|next| next.checked_next_multiple_of(size)).filter(|start| *start <= last);
        let start = start.ok_or(INVALID)?;
        next = start.checked_add(size);
        found.push(Value::string(Network { address: start, ..network }.to_string()));
    }
    Ok(call.list_of(found))
}

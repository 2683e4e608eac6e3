//! The checksum with which DynamoDB vouches for a reply, and from which Terraform makes the ids of routes and of security
//! group rules.

/// CRC-32 as in zlib (IEEE 802.3).
pub(crate) fn crc32(bytes: impl AsRef<[u8]>) -> u32 {
    !bytes.as_ref().iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_value() {
        assert_eq!(crc32("123456789"), 0xCBF4_3926);
        // The tail of every Terraform id of a default route.
        assert_eq!(crc32("0.0.0.0/0"), 1_080_289_494);
        // What DynamoDB sends with an item that is not there.
        assert_eq!(crc32(b"{}"), 2_745_614_147);
    }
}

//! The checksum from which Terraform makes the ids of routes and of security group rules.

/// CRC-32 as in zlib (IEEE 802.3).
pub(super) fn crc32(text: &str) -> u32 {
    !text.bytes().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
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
    }
}

//! What ACM answers while something lags, by type.

use wildfire_engine::model::LagReply;

const DELETE: &str = "https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html";

pub(super) const CERTIFICATE: &[LagReply] = &[
    LagReply::in_use(
        &["acm:DeleteCertificate"],
        "ResourceInUseException",
        &[],
        "a load balancer or distribution that serves the certificate",
        DELETE,
    ),
    LagReply::in_use(&["acm:DeleteCertificate"], "ConflictException", &[], "another change of the certificate", DELETE),
    LagReply::in_use(
        &["acm:UpdateCertificateOptions"],
        "InvalidStateException",
        &[],
        "another change of the certificate",
        "https://docs.aws.amazon.com/acm/latest/APIReference/API_UpdateCertificateOptions.html",
    ),
];

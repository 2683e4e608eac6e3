//! The operations of acm that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "acm", aws_sdk_acm:
    AddTagsToCertificate, DeleteCertificate, DescribeCertificate, ImportCertificate, *ListCertificates,
    ListTagsForCertificate, RemoveTagsFromCertificate, RequestCertificate, UpdateCertificateOptions,
}

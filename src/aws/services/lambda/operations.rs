//! The operations of lambda that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "lambda", aws_sdk_lambda:
    AddPermission, CreateAlias, CreateEventSourceMapping, CreateFunction, DeleteAlias, DeleteEventSourceMapping,
    DeleteFunction, DeleteFunctionCodeSigningConfig, DeleteFunctionConcurrency, GetEventSourceMapping, GetFunction,
    GetFunctionCodeSigningConfig, GetPolicy, *ListAliases, *ListEventSourceMappings, ListTags, *ListVersionsByFunction,
    PublishVersion, PutFunctionCodeSigningConfig, PutFunctionConcurrency, RemovePermission, TagResource, UntagResource,
    UpdateAlias, UpdateEventSourceMapping, UpdateFunctionCode, UpdateFunctionConfiguration,
}

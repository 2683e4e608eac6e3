//! The operations of lambda that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "lambda", aws_sdk_lambda:
    AddPermission, CreateAlias, CreateEventSourceMapping, CreateFunction, CreateFunctionUrlConfig, DeleteAlias,
    DeleteEventSourceMapping, DeleteFunction, DeleteFunctionCodeSigningConfig, DeleteFunctionConcurrency,
    DeleteFunctionEventInvokeConfig, DeleteFunctionUrlConfig, DeleteLayerVersion, GetEventSourceMapping, GetFunction,
    GetFunctionCodeSigningConfig, GetFunctionEventInvokeConfig, GetFunctionUrlConfig, GetLayerVersion, GetPolicy,
    *ListAliases, *ListEventSourceMappings, *ListLayerVersions, ListTags, *ListVersionsByFunction, PublishLayerVersion,
    PublishVersion, PutFunctionCodeSigningConfig, PutFunctionConcurrency, PutFunctionEventInvokeConfig,
    RemovePermission, TagResource, UntagResource, UpdateAlias, UpdateEventSourceMapping, UpdateFunctionCode,
    UpdateFunctionConfiguration, UpdateFunctionUrlConfig,
}

//! `operations!`: the AWS operations that a service's types use.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Result, Token};

/// `"ec2", the crate of its SDK: CreateVpc, *DescribeVpcs, …`
pub(crate) struct Operations {
    service: LitStr,
    sdk: Ident,
    operations: Punctuated<Operation, Token![,]>,
}

struct Operation {
    /// The SDK has a paginator for it.
    paged: bool,
    name: Ident,
}

impl Parse for Operation {
    fn parse(input: ParseStream) -> Result<Self> {
        let paged = input.parse::<Option<Token![*]>>()?.is_some();
        Ok(Self { paged, name: input.parse()? })
    }
}

impl Parse for Operations {
    fn parse(input: ParseStream) -> Result<Self> {
        let service = input.parse()?;
        input.parse::<Token![,]>()?;
        let sdk = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { service, sdk, operations: Punctuated::parse_terminated(input)? })
    }
}

pub(crate) fn expand(input: &Operations) -> Tokens {
    let each = input.operations.iter().map(|operation| one(&input.service, &input.sdk, operation));
    quote! { #(#each)* }
}

fn one(service: &LitStr, sdk: &Ident, operation: &Operation) -> Tokens {
    let name = &operation.name;
    // The SDK's names for `CreateDBCluster`: `create_db_cluster`, `CreateDBClusterFluentBuilder`, `CreateDbClusterOutput`.
    let module = format_ident!("{}", name.to_string().to_snake_case());
    let (builder, output) =
        (format_ident!("{name}FluentBuilder"), format_ident!("{}Output", name.to_string().to_upper_camel_case()));
    let (error, paginator) =
        (format_ident!("{name}Error"), format_ident!("{}Paginator", name.to_string().to_upper_camel_case()));
    let full = format!("{}:{name}", service.value());
    let connection = quote! { crate::connection::operation };
    let path = quote! { ::#sdk::operation::#module };
    let paged = operation.paged.then(|| {
        quote! {
            impl #connection::Paged for #path::builders::#builder {
                fn pages(self) -> #connection::Pages<Self> {
                    let paginator: #path::paginator::#paginator = self.into_paginator();
                    paginator.send()
                }
            }
        }
    });
    let doc = format!("`{full}`");
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        pub(crate) struct #name;

        impl #connection::Operation for #name {
            const NAME: &'static str = #full;
        }

        impl #connection::Request for #path::builders::#builder {
            type Output = #path::#output;
            type Error = #path::#error;
            const NAME: &'static str = #full;

            fn send(self) -> impl ::std::future::Future<Output = #connection::Sent<Self>> + Send {
                // The builder's own.
                self.send()
            }
        }

        #paged
    }
}

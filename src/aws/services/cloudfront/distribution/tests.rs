//! A distribution against a server that keeps it as CloudFront does.

// CloudFront advises cache policies in place of some members, and takes those all the same.
#![allow(deprecated)]

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::connection::fake::{self, Asked, Page};
use crate::connection::replay::{operation, recover, request as asked};

const ID: &str = "EDFDVBD6EXAMPLE";

#[derive(Debug, Default)]
struct Server {
    /// The inside of the configuration.
    config: Option<String>,
    tags: String,
    version: usize,
    /// Looks until the last change is everywhere.
    looks: usize,
}

/// From the end of the first `<name …>` to the start of the last `</name>`.
fn inside<'a>(body: &'a str, name: &str) -> &'a str {
    let opened = [format!("<{name}>"), format!("<{name} ")];
    let start = opened.iter().find_map(|open| body.find(open)).and_then(|at| Some(at + body[at..].find('>')? + 1));
    let end = body.rfind(&format!("</{name}>"));
    start.zip(end).map_or("", |(start, end)| &body[start..end])
}

fn page(status: u16, body: &str, etag: &str) -> Page {
    let headers = vec![("x-amzn-requestid", "1".into()), ("etag", etag.to_string())];
    Page { status, headers, body: body.as_bytes().to_vec() }
}

fn error(status: u16, code: &str) -> Page {
    let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>said so</Message>");
    page(status, &format!("<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>"), "")
}

impl Server {
    fn answer(&mut self, asked: &Asked<'_>) -> Page {
        let (path, query) = asked.uri.split_once('?').unwrap_or((asked.uri, ""));
        let current = format!("E{}", self.version);
        if path.ends_with("/tagging") {
            return match query.contains("Operation=") {
                true => page(204, "", ""),
                false => page(200, &format!("<Tags>{}</Tags>", self.tags), ""),
            };
        }
        if asked.header("if-match").is_some_and(|named| named != current) {
            return error(412, "PreconditionFailed");
        }
        if !asked.body.is_empty() {
            self.config = Some(inside(asked.body, "DistributionConfig").to_string());
            self.tags = inside(asked.body, "Tags").to_string();
            (self.version, self.looks) = (self.version + 1, 2);
            return page(200, &self.whole("InProgress"), &format!("E{}", self.version));
        }
        let Some(config) = self.config.clone() else { return error(404, "NoSuchDistribution") };
        if asked.header("if-match").is_some() {
            if self.looks > 0 || config.contains("<Enabled>true</Enabled><ViewerCertificate>") {
                return error(409, "DistributionNotDisabled");
            }
            self.config = None;
            return page(204, "", "");
        }
        if path.ends_with("/config") {
            return page(200, &format!("<DistributionConfig>{config}</DistributionConfig>"), &current);
        }
        if path.ends_with(ID) {
            self.looks = self.looks.saturating_sub(1);
            return page(200, &self.whole(if self.looks == 0 { "Deployed" } else { "InProgress" }), &current);
        }
        page(200, &self.list(), "")
    }

    fn whole(&self, status: &str) -> String {
        format!(
            "<Distribution><Id>{ID}</Id><ARN>arn:aws:cloudfront::123456789012:distribution/{ID}</ARN>\
             <Status>{status}</Status><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>\
             <InProgressInvalidationBatches>0</InProgressInvalidationBatches>\
             <DomainName>d1.cloudfront.net</DomainName><ActiveTrustedSigners><Enabled>false</Enabled>\
             <Quantity>0</Quantity></ActiveTrustedSigners><DistributionConfig>{}</DistributionConfig></Distribution>",
            self.config.clone().unwrap_or_default()
        )
    }

    /// As far as anybody looks at it.
    fn list(&self) -> String {
        let comment = inside(self.config.as_deref().unwrap_or_default(), "Comment");
        format!(
            "<DistributionList><Marker/><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>1</Quantity>\
             <Items><DistributionSummary><Id>{ID}</Id><Comment>{comment}</Comment></DistributionSummary></Items>\
             </DistributionList>"
        )
    }
}

fn aws() -> (Aws, Arc<Mutex<Server>>) {
    let kept = Arc::new(Mutex::new(Server::default()));
    let server = kept.clone();
    (fake::pages(move |asked| server.lock().expect("one request at a time").answer(asked)), kept)
}

fn want() -> Distribution {
    let json = json!({
        "aliases": ["www.acme.example"], "comment": "The site", "default_root_object": "index.html", "enabled": true,
        "custom_error_response": [{"error_code": 404, "response_code": 200, "response_page_path": "/404.html"}],
        "default_cache_behavior": {
            "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"], "cache_policy_id": "policy",
            "compress": true, "function_association": [{"event_type": "viewer-request", "function_arn": "arn:f"}],
            "min_ttl": 0, "target_origin_id": "site", "trusted_key_groups": ["keys"],
            "viewer_protocol_policy": "redirect-to-https",
        },
        "http_version": "http2", "is_ipv6_enabled": true,
        "logging_config": {"bucket": "logs.s3.amazonaws.com", "include_cookies": false, "prefix": "site/"},
        "ordered_cache_behavior": [{
            "allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"], "compress": false, "min_ttl": 1,
            "default_ttl": 60, "max_ttl": 3600, "path_pattern": "api/*", "target_origin_id": "api",
            "viewer_protocol_policy": "https-only",
            "forwarded_values": {
                "query_string": true, "headers": ["Accept"],
                "cookies": {"forward": "whitelist", "whitelisted_names": ["session"]},
            },
            "lambda_function_association": [{"event_type": "origin-request", "include_body": true, "lambda_arn": "arn:l"}],
        }],
        "origin": [
            {
                "connection_attempts": 3, "connection_timeout": 10, "domain_name": "site.s3.amazonaws.com",
                "origin_access_control_id": "control", "origin_id": "site",
            },
            {
                "connection_attempts": 2, "connection_timeout": 5, "domain_name": "api.acme.example", "origin_id": "api",
                "custom_header": [{"name": "x-from", "value": "cdn"}], "origin_path": "/v1",
                "origin_shield": {"enabled": true, "origin_shield_region": "eu-west-1"},
                "custom_origin_config": {
                    "http_port": 80, "https_port": 443, "origin_keepalive_timeout": 5, "origin_read_timeout": 30,
                    "origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"],
                },
            },
        ],
        "origin_group": [{
            "failover_criteria": {"status_codes": [500, 502]}, "member": [{"origin_id": "site"}, {"origin_id": "api"}],
            "origin_id": "both",
        }],
        "price_class": "PriceClass_100",
        "restrictions": {"geo_restriction": {"locations": ["DE", "FR"], "restriction_type": "whitelist"}},
        "staging": false,
        "viewer_certificate": {
            "acm_certificate_arn": "arn:c", "minimum_protocol_version": "TLSv1.2_2021", "ssl_support_method": "sni-only",
        },
        "web_acl_id": "arn:w",
    });
    serde_json::from_value(json).expect("properties of the type")
}

/// What was written, of what is read.
fn written(live: Distribution) -> serde_json::Value {
    fn tidy(json: serde_json::Value) -> serde_json::Value {
        use serde_json::Value::{Array, Bool, Null, Object};
        match json {
            // What says nothing where it is written, too.
            Object(map) => {
                let map = map.into_iter().map(|(name, value)| (name, tidy(value)));
                Object(map.filter(|(_, value)| !matches!(value, Null | Bool(false)) && *value != json!(0)).collect())
            }
            Array(items) => Array(items.into_iter().map(tidy).collect()),
            other => other,
        }
    }
    let properties = Distribution {
        arn: None,
        caller_reference: None,
        domain_name: None,
        etag: None,
        hosted_zone_id: None,
        id: None,
        in_progress_validation_batches: None,
        last_modified_time: None,
        status: None,
        tags: Tagged::default(),
        trusted_key_groups: None,
        trusted_signers: None,
        _deploying: None,
        ..live
    };
    tidy(serde_json::to_value(properties).expect("properties are JSON"))
}

async fn read(aws: &Aws) -> Option<Distribution> {
    Distribution::read(aws, &[asked(ID, &["tags"])]).await.remove(0).expect("a reply of CloudFront")
}

#[tokio::test(start_paused = true)]
async fn a_distribution_lives() {
    let (aws, kept) = aws();
    let first = Distribution { tags: Tags::from([("team".to_string(), "web".to_string())]).into(), ..want() };
    let id = Distribution::create(&aws, &first, &operation()).await.expect("it is created");
    assert_eq!(id.as_str(), ID);

    let live = read(&aws).await.expect("it is there");
    assert_eq!(live.readiness(), Readiness::Pending("InProgress".into()));
    assert_eq!((live.caller_reference.as_deref(), live.etag.as_deref()), (Some("01OURS"), Some("E1")));
    assert_eq!(live.tags.all, first.tags.all);
    assert_eq!(written(live), written(want()));
    let live = read(&aws).await.expect("it is there");
    assert_eq!((live.readiness(), live.status.as_deref()), (Readiness::Ready, Some("Deployed")));

    let second = Distribution { comment: None, wait_for_deployment: Some(false), ..want() };
    let change = Change { id: &id, want: &second, prior: &live, operation: &operation() };
    Distribution::update(&aws, DistributionUpdate::Config, &change).await.expect("it is updated");
    let live = read(&aws).await.expect("it is there");
    assert_eq!((live.readiness(), live.comment.as_deref()), (Readiness::Ready, None), "nobody waits");
    assert_eq!(live.caller_reference.as_deref(), Some("01OURS"));

    // It is disabled, then waited for, then deleted.
    let delete = async || Distribution::delete(&aws, &id, &second).await;
    assert_eq!(delete().await.unwrap_err().kind, ErrorKind::Busy);
    assert!(
        kept.lock().expect("nobody asks").config.as_deref().is_some_and(|config| config.contains("<Enabled>false"))
    );
    assert_eq!(delete().await.unwrap_err().kind, ErrorKind::Busy);
    delete().await.expect("it is deleted");
    assert_eq!(read(&aws).await, None);
    delete().await.expect("it is gone already");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_retained_is_disabled() {
    let (aws, kept) = aws();
    let want = Distribution { retain_on_delete: Some(true), ..want() };
    let id = Distribution::create(&aws, &want, &operation()).await.expect("it is created");
    Distribution::delete(&aws, &id, &want).await.expect("it is let go of");
    let config = kept.lock().expect("nobody asks").config.clone();
    assert!(config.is_some_and(|config| config.contains("<Enabled>false</Enabled>")));
}

#[tokio::test(start_paused = true)]
async fn the_reference_proves_who_made_it() {
    let (aws, kept) = aws();
    Distribution::create(&aws, &want(), &operation()).await.expect("it is created");
    let find = async || Distribution::find(&aws, &recover(json!({})), &want()).await;
    assert_eq!(find().await, Ok(Some(ID.into())));
    {
        let mut server = kept.lock().expect("nobody asks");
        server.config = server.config.as_ref().map(|config| config.replace("01OURS", "01OTHER"));
    }
    assert_eq!(find().await, Ok(None));
}

/// Everything that the vocabulary has not, or leaves to AWS.
fn beyond(mut config: sdk::DistributionConfig) -> sdk::DistributionConfig {
    config.anycast_ip_list_id = Some("ips".into());
    config.connection_mode = Some("direct".into());
    config.continuous_deployment_policy_id = Some("policy".into());
    config.logging.as_mut().expect("a log").include_cookies = true;
    let behaviors = config.cache_behaviors.as_mut().and_then(|behaviors| behaviors.items.as_mut());
    behaviors.expect("behaviours")[0].default_ttl = Some(77);
    config.caller_reference = "theirs".into();
    let origins = &mut config.origins.as_mut().expect("origins").items;
    origins[0].response_completion_timeout = Some(60);
    origins[0].s3_origin_config.as_mut().expect("a bucket").origin_read_timeout = Some(20);
    origins[1].custom_origin_config.as_mut().expect("a server").ip_address_type = Some("dualstack".into());
    let groups = config.origin_groups.as_mut().and_then(|groups| groups.items.as_mut());
    groups.expect("a group")[0].selection_criteria = Some("media-quality-based".into());
    config
}

#[test]
fn an_update_that_changes_nothing_sends_what_is_there() {
    let mut properties = serde_json::to_value(want()).expect("properties are JSON");
    properties["logging_config"] = json!(null);
    properties["ordered_cache_behavior"][0]["default_ttl"] = json!(null);
    let want: Distribution = serde_json::from_value(properties).expect("properties of the type");
    let live = beyond(request::config(&want, "01OURS", None).expect("it can be sent"));
    assert_eq!(request::config(&want, "theirs", Some(&live)).expect("it can be sent"), live);
    // What is read of it is what was written.
    let read = request::read(live).expect("it can be read");
    let left = Distribution { continuous_deployment_policy_id: None, ..read };
    assert_eq!(left.logging_config, None);
    assert_eq!(written(left)["origin"], written(want)["origin"]);
}

#[test]
fn cloudfronts_own_certificate_says_nothing_of_itself() {
    let certificate =
        |json: serde_json::Value| serde_json::from_value::<ViewerCertificate>(json).expect("a certificate");
    let own = certificate(json!({"cloudfront_default_certificate": true, "ssl_support_method": "vip"}));
    assert_eq!(own.tidy(), certificate(json!({"cloudfront_default_certificate": true})));
    let acm = json!({"acm_certificate_arn": "arn:c", "ssl_support_method": "sni-only"});
    let mut live = acm.clone();
    live["cloudfront_default_certificate"] = json!(false);
    assert_eq!(certificate(live).tidy(), certificate(acm));
}

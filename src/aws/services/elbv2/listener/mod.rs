//! `aws_lb_listener`

mod attributes;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticloadbalancingv2::operation::create_listener::builders::CreateListenerFluentBuilder;
use aws_sdk_elasticloadbalancingv2::operation::modify_listener::builders::ModifyListenerFluentBuilder;
use aws_sdk_elasticloadbalancingv2::types::Certificate;

use super::actions::{self, Action};
use super::arn::balancer_of;
use super::prelude::*;

updates! {
    pub enum ListenerUpdate {
        Listener => [ModifyListener],
        Attributes => [ModifyListenerAttributes],
        Tags => [AddTags, RemoveTags],
    }
}

/// What is negotiated where nothing is said.
const NO_ALPN: &str = "None";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ListenerUpdate)]
#[sdk(
    from = sdk::Listener,
    create = CreateListenerFluentBuilder,
    update(Listener) = ModifyListenerFluentBuilder,
    attributes = String
)]
pub struct Listener {
    /// How a TLS listener negotiates the protocol.
    #[field(update = Listener, default = "None", by_hand)]
    #[field(one_of = ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"])]
    alpn_policy: Option<String>,
    /// The ARN.
    #[field(computed, sdk = listener_arn)]
    arn: Option<String>,
    /// The certificate that is shown unless another fits the name better.
    #[field(update = Listener, by_hand)]
    certificate_arn: Option<String>,
    /// What is done with requests that no rule is for, in the order in which it is done.
    #[field(update = Listener, required, by_hand)]
    default_action: Option<Vec<Action>>,
    /// The ARN.
    #[field(computed, sdk = listener_arn)]
    id: Option<String>,
    /// The load balancer.
    #[field(immutable, required)]
    load_balancer_arn: Option<String>,
    /// Whether clients have to show certificates too.
    #[field(update = Listener, aws_default)]
    mutual_authentication: Option<MutualAuthentication>,
    /// The port.
    #[field(update = Listener, range = 1..=65535)]
    port: Option<i64>,
    /// The protocol.
    #[field(update = Listener, aws_default, filled)]
    #[field(one_of = ["GENEVE", "HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP"])]
    protocol: Option<String>,
    /// The name of the header with the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_header_name: Option<String>,
    /// The name of the header with the issuer of the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: Option<String>,
    /// The name of the header with the leaf of the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: Option<String>,
    /// The name of the header with the serial number of the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: Option<String>,
    /// The name of the header with the subject of the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert_subject.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_subject_header_name: Option<String>,
    /// The name of the header with the validity of the client's certificate.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_mtls_clientcert_validity.header_name")]
    routing_http_request_x_amzn_mtls_clientcert_validity_header_name: Option<String>,
    /// The name of the header with the cipher of TLS.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_tls_cipher_suite.header_name")]
    routing_http_request_x_amzn_tls_cipher_suite_header_name: Option<String>,
    /// The name of the header with the version of TLS.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.request.x_amzn_tls_version.header_name")]
    routing_http_request_x_amzn_tls_version_header_name: Option<String>,
    /// `Access-Control-Allow-Credentials` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_allow_credentials.header_value")]
    routing_http_response_access_control_allow_credentials_header_value: Option<String>,
    /// `Access-Control-Allow-Headers` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_allow_headers.header_value")]
    routing_http_response_access_control_allow_headers_header_value: Option<String>,
    /// `Access-Control-Allow-Methods` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_allow_methods.header_value")]
    routing_http_response_access_control_allow_methods_header_value: Option<String>,
    /// `Access-Control-Allow-Origin` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_allow_origin.header_value")]
    routing_http_response_access_control_allow_origin_header_value: Option<String>,
    /// `Access-Control-Expose-Headers` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_expose_headers.header_value")]
    routing_http_response_access_control_expose_headers_header_value: Option<String>,
    /// `Access-Control-Max-Age` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.access_control_max_age.header_value")]
    routing_http_response_access_control_max_age_header_value: Option<String>,
    /// `Content-Security-Policy` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.content_security_policy.header_value")]
    routing_http_response_content_security_policy_header_value: Option<String>,
    /// Whether responses have the header `Server`.
    #[field(update = Attributes, after_create, aws_default, attribute = "routing.http.response.server.enabled")]
    routing_http_response_server_enabled: Option<bool>,
    /// `Strict-Transport-Security` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.strict_transport_security.header_value")]
    routing_http_response_strict_transport_security_header_value: Option<String>,
    /// `X-Content-Type-Options` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.x_content_type_options.header_value")]
    routing_http_response_x_content_type_options_header_value: Option<String>,
    /// `X-Frame-Options` of responses.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "routing.http.response.x_frame_options.header_value")]
    routing_http_response_x_frame_options_header_value: Option<String>,
    /// Which versions and ciphers of TLS are offered.
    #[field(update = Listener, aws_default, filled)]
    ssl_policy: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// Seconds after which an idle TCP connection is closed.
    #[field(update = Attributes, after_create, aws_default, range = 60..=6000)]
    #[field(attribute = "tcp.idle_timeout.seconds")]
    tcp_idle_timeout_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MutualAuthenticationAttributes, into = sdk::MutualAuthenticationAttributes, filled)]
pub struct MutualAuthentication {
    /// Whether clients are told the names of the authorities: `on` or `off`.
    #[field(aws_default, one_of = ["on", "off"])]
    advertise_trust_store_ca_names: Option<String>,
    /// Whether a certificate that has expired counts.
    #[field(default = false)]
    ignore_client_certificate_expiry: Option<bool>,
    /// Whether certificates are looked at, by whom.
    #[field(required, one_of = ["off", "passthrough", "verify"])]
    mode: Option<String>,
    /// The authorities that are trusted.
    trust_store_arn: Option<String>,
}

impl Listener {
    fn live(live: sdk::Listener) -> Result<Self, Unfit> {
        let alpn = live.alpn_policy.as_ref().and_then(|policies| policies.first().cloned());
        let certificate =
            live.certificates.as_ref().and_then(|certificates| certificates.first()?.certificate_arn.clone());
        let actions = actions::from_sdk(live.default_actions.clone(), "default_action")?;
        let listener = Self::from_sdk(live)?;
        Ok(Self {
            alpn_policy: filled(alpn).or(Some(NO_ALPN.into())),
            certificate_arn: certificate,
            default_action: actions,
            ..listener
        })
    }

    fn certificates(&self) -> Option<Vec<Certificate>> {
        let certificate = filled(self.certificate_arn.clone())?;
        Some(vec![Certificate::builder().certificate_arn(certificate).build()])
    }

    /// What to negotiate, unless that is nothing, as it is now.
    fn alpn(&self, prior: Option<&str>) -> Option<Vec<String>> {
        let policy = self.alpn_policy.as_deref().unwrap_or(NO_ALPN);
        (policy != prior.unwrap_or(NO_ALPN)).then(|| vec![policy.to_string()])
    }
}

/// The listeners of a balancer, or one; by ARN.
async fn list(aws: &Aws, balancer: &str, arns: &[String]) -> Result<Vec<Listener>, CloudError> {
    let request = aws.read().elasticloadbalancingv2().describe_listeners();
    let request = match arns {
        [one] => request.listener_arns(one),
        _ => request.load_balancer_arn(balancer).page_size(400),
    };
    let live = absent_is_none(aws.pages(request, |page| page.listeners).await)?.unwrap_or_default();
    Ok(live.into_iter().map(Listener::live).collect::<Result<_, _>>()?)
}

/// A call for each balancer.
async fn fetch(aws: Aws, arns: Vec<String>) -> Result<HashMap<String, Listener>, CloudError> {
    let mut balancers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arn in arns {
        balancers.entry(balancer_of(&arn).unwrap_or_default()).or_default().push(arn);
    }
    // What is no ARN of a listener is asked for by itself: AWS says what is wrong.
    let strange = balancers.remove("").unwrap_or_default();
    let alone = strange.into_iter().map(|arn| (String::new(), vec![arn]));
    let asked: Vec<(String, Vec<String>)> = balancers.into_iter().chain(alone).collect();
    let mut found = HashMap::new();
    for listeners in join_all(asked.iter().map(|(balancer, arns)| list(&aws, balancer, arns))).await {
        found.extend(listeners?.into_iter().filter_map(|listener| Some((listener.arn.clone()?, listener))));
    }
    Ok(found)
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&Listener>) -> Read<Listener> {
    let Some(mut listener) = found.cloned() else { return Ok(None) };
    let arn = request.id.as_str();
    if attributes::are_asked_for(request) {
        let ask = aws.read().elasticloadbalancingv2().describe_listener_attributes().listener_arn(arn);
        let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
        listener.take(reply.attributes)?;
    }
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tagging::of(aws, arn).await? else { return Ok(None) };
        listener.tags.all = Some(tags);
    }
    Ok(Some(listener))
}

#[async_trait]
impl Resource for Listener {
    const TYPE: &'static str = "aws_lb_listener";
    const DOC: &'static str = "A port of a load balancer, and what is done with what arrives there.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateListener];
    const DELETE_CALLS: Calls = calls![DeleteListener];
    const LAGS: &'static [LagReply] = lags::LISTENER;
    const IMPORT_ID: &'static str = "LISTENER_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["load_balancer_arn", "port"], part_of: &["load_balancer_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
load_balancer_arn: ${web.arn}
port: 443
protocol: HTTPS
certificate_arn: arn:aws:acm:eu-west-1:123456789012:certificate/6fe5af3f-6f3c-4c8d-9d0c-0c6e0b9b7c2e
ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
default_action:
  - {type: forward, target_group_arn: \"${web_group.arn}\"}
";

    type Update = ListenerUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let arns = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("elasticloadbalancing:listeners").load(arns, move |arns| fetch(handle, arns)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let balancer = wanted.load_balancer_arn.as_deref().unwrap_or_default();
        let arns = list(aws, balancer, &[]).await?.into_iter().filter_map(|listener| listener.arn).collect();
        only_made_by(recover, tagging::candidates(aws, arns).await?)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let balancer = want.load_balancer_arn.as_deref().unwrap_or_default();
        let what = format!("a listener of port {} of {balancer}", want.port.unwrap_or_default());
        // The call answers with one that exists, where its settings are the same.
        let there = list(aws, balancer, &[]).await.map_err(tagging::before_sending)?;
        if there.iter().any(|listener| listener.port == want.port) {
            return Err(tagging::exists(&what));
        }
        let request = want.fill(aws.write().elasticloadbalancingv2().create_listener())?;
        let request = request.set_certificates(want.certificates()).set_alpn_policy(want.alpn(None));
        let request = request.set_default_actions(actions::to_sdk(&want.default_action, "default_action")?);
        let id = aws.made(request, |reply| reply.listeners?.pop()?.listener_arn).await?;
        tagging::refuse_foreign(aws, id.as_str(), operation.id.as_str(), &what).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: ListenerUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let arn = id.as_str();
        match call {
            ListenerUpdate::Listener => {
                let request = aws.write().elasticloadbalancingv2().modify_listener().listener_arn(arn);
                let request = want.fill(request)?.set_certificates(want.certificates());
                let request = request.set_alpn_policy(want.alpn(prior.alpn_policy.as_deref()));
                aws.done(request.set_default_actions(actions::to_sdk(&want.default_action, "default_action")?)).await
            }
            ListenerUpdate::Attributes => attributes::change(aws, arn, want, prior).await,
            ListenerUpdate::Tags => tagging::update(aws, arn, &prior.tags, &want.tags).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().elasticloadbalancingv2().delete_listener().listener_arn(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = actions::problems(properties, "default_action");
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let secure = matches!(text("protocol"), Some("HTTPS" | "TLS"));
        if secure && !written("certificate_arn") {
            problems.push(problem("certificate_arn", "listeners for HTTPS and TLS need a certificate"));
        }
        if text("protocol").is_some() && !secure && written("certificate_arn") {
            problems.push(problem("certificate_arn", "only listeners for HTTPS and TLS have a certificate"));
        }
        if text("protocol").is_some_and(|protocol| protocol != "TLS")
            && text("alpn_policy").is_some_and(|it| it != NO_ALPN)
        {
            problems.push(problem("alpn_policy", "only listeners for TLS negotiate"));
        }
        problems
    }
}

#[cfg(test)]
mod tests;

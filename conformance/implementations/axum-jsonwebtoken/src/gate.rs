use std::sync::Arc;

use axum::http::{HeaderMap, header};
use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::answers::Refusal;
use crate::keys::KeySet;
use crate::settings::Settings;

/// What the API uses of a token.
#[derive(Deserialize)]
pub struct Claims {
    pub sub: String,
    pub exp: f64,
    pub iss: String,
    pub email: Option<Value>,
    pub name: Option<Value>,
    /// Any number where it is absent: `Option` would take null for that.
    #[serde(default = "zero")]
    iat: Value,
}

fn zero() -> Value {
    0.into()
}

pub struct Gate {
    pub keys: Arc<KeySet>,
    issuer: String,
    audience: String,
    leeway: u64,
    hardened: bool,
}

impl Gate {
    pub fn new(settings: &Settings, keys: Arc<KeySet>) -> Self {
        Self {
            keys,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            leeway: settings.leeway.as_secs(),
            hardened: settings.hardened,
        }
    }

    /// The claims of the one good token of a request.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Claims, Refusal> {
        self.verify(credentials(headers)?).await
    }

    /// Header, key set, `decode`: the order of the example of the crate for a key set.
    async fn verify(&self, token: &str) -> Result<Claims, Refusal> {
        let header = self.header(token)?;
        let kid = header.kid.as_deref().ok_or(Refusal::InvalidToken)?;
        if self.hardened && !is_access_token(&header) {
            return Err(Refusal::InvalidToken);
        }
        let key = self
            .keys
            .find(kid)
            .await
            .map_err(|_| Refusal::KeySetUnavailable)?;
        let key = key.ok_or(Refusal::InvalidToken)?;
        let key = DecodingKey::from_jwk(&key).map_err(|_| Refusal::InvalidToken)?;
        let claims = decode::<Claims>(token, &key, &self.validation(header.alg))
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Refusal::ExpiredToken,
                _ => Refusal::InvalidToken,
            })?
            .claims;
        if self.hardened && (claims.sub.is_empty() || !claims.iat.is_number()) {
            return Err(Refusal::InvalidToken);
        }
        Ok(claims)
    }

    /// The header of a token that can be decoded as a whole: what cannot is not worth asking for a key.
    fn header(&self, token: &str) -> Result<Header, Refusal> {
        let header = if self.hardened {
            // Every string of the claims is looked at, and must be UTF-8.
            insecure_decode::<Map<String, Value>>(token).map(|decoded| decoded.header)
        } else {
            insecure_decode::<IgnoredAny>(token).map(|decoded| decoded.header)
        };
        header.map_err(|_| Refusal::InvalidToken)
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(if self.hardened {
            Algorithm::RS256
        } else {
            algorithm
        });
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.leeway = self.leeway;
        if self.hardened {
            validation.validate_nbf = true;
            // A token is over in the very second of its exp; the crate compares with < only.
            validation.reject_tokens_expiring_in_less_than = 1;
            validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        }
        validation
    }
}

/// What the crate reads of a header and leaves to its users.
fn is_access_token(header: &Header) -> bool {
    let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    header.alg == Algorithm::RS256
        && header.crit.is_none()
        && matches!(
            kind.strip_prefix("application/").unwrap_or(&kind),
            "jwt" | "at+jwt"
        )
}

/// RFC 6750 §2.1.
fn credentials(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().ok_or(Refusal::MissingToken)?;
    if lines.next().is_some() {
        return Err(Refusal::InvalidToken);
    }
    let line = line.to_str().map_err(|_| Refusal::InvalidToken)?;
    let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
    let token = token.trim_start_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Refusal::MissingToken);
    }
    if token.contains([' ', '\t', ',', '"']) {
        return Err(Refusal::InvalidToken);
    }
    Ok(token)
}

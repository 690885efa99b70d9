use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, KeyOperations, PublicKeyUse};
use reqwest::{Client, redirect};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::settings::Settings;

const MAX_BYTES: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);
/// Look-ups at once, before each costs a cool-down.
const BURST: f64 = 2.0;

/// It is open whether a key is published: the key set cannot be had.
pub struct Unavailable;

/// The key set of the issuer. The library fetches none, so that all of this is the API's own.
pub struct KeySet {
    client: Client,
    url: String,
    ttl: Duration,
    cooldown: Duration,
    max_stale: Duration,
    parse: fn(&[u8]) -> Option<JwkSet>,
    held: RwLock<Held>,
    lookups: Mutex<Lookups>,
}

struct Held {
    keys: JwkSet,
    since: Instant,
}

struct Lookups {
    left: f64,
    counted: Instant,
    /// When the last fetch began, and whether it had an answer.
    last: Option<(Instant, bool)>,
}

impl KeySet {
    /// Fetches the key set, and again before each time to live is over; one that cannot be had, once per cool-down.
    pub async fn load(settings: &Settings) -> Result<Arc<Self>, String> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        let set = Arc::new(Self {
            client,
            url: settings.jwks_url.clone(),
            ttl: settings.ttl,
            cooldown: settings.cooldown,
            max_stale: settings.max_stale,
            parse: if settings.hardened {
                parse_usable
            } else {
                parse_as_documented
            },
            held: RwLock::new(Held {
                keys: JwkSet::default(),
                since: Instant::now(),
            }),
            lookups: Mutex::new(Lookups {
                left: BURST,
                counted: Instant::now(),
                last: None,
            }),
        });
        let fetched = set.refresh().await;
        tokio::spawn(Arc::clone(&set).keep_fresh(fetched));
        Ok(set)
    }

    async fn keep_fresh(self: Arc<Self>, mut fetched: bool) {
        let regular = self.ttl.mul_f64(0.75);
        loop {
            let pause = if fetched {
                regular
            } else {
                regular.min(self.cooldown)
            };
            tokio::time::sleep(pause.max(Duration::from_millis(50))).await;
            fetched = self.refresh().await;
        }
    }

    /// Not beside a look-up, which then knows of its result.
    async fn refresh(&self) -> bool {
        let mut lookups = self.lookups.lock().await;
        self.fetch_for(&mut lookups).await
    }

    /// The key of a `kid`, looked up at the issuer where it is not known.
    pub async fn find(&self, kid: &str) -> Result<Option<Jwk>, Unavailable> {
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let asked = Instant::now();
        let mut lookups = self.lookups.lock().await;
        if let Some(key) = self.known(kid) {
            return Ok(Some(key));
        }
        let last = lookups.last;
        let fetched = match last {
            // Somebody has just looked, while this request waited.
            Some((at, fetched)) if at >= asked => fetched,
            _ if !lookups.take(self.cooldown) => last.is_none_or(|(_, fetched)| fetched),
            _ => self.fetch_for(&mut lookups).await,
        };
        if fetched && self.usable() {
            Ok(self.known(kid))
        } else {
            Err(Unavailable)
        }
    }

    async fn fetch_for(&self, lookups: &mut Lookups) -> bool {
        let at = Instant::now();
        let fetched = self.fetch().await;
        lookups.last = Some((at, fetched));
        fetched
    }

    /// Whether there is a set that is not too old.
    pub fn usable(&self) -> bool {
        let held = self.held.read().unwrap();
        held.since.elapsed() <= self.ttl + self.max_stale && !held.keys.keys.is_empty()
    }

    fn known(&self, kid: &str) -> Option<Jwk> {
        if !self.usable() {
            return None;
        }
        self.held.read().unwrap().keys.find(kid).cloned()
    }

    /// Takes over what the issuer publishes, unless it is no key set.
    async fn fetch(&self) -> bool {
        let Some(keys) = self.download().await.and_then(|body| (self.parse)(&body)) else {
            return false;
        };
        *self.held.write().unwrap() = Held {
            keys,
            since: Instant::now(),
        };
        true
    }

    async fn download(&self) -> Option<Vec<u8>> {
        let mut response = self.client.get(&self.url).send().await.ok()?;
        if response.status() != 200 {
            return None;
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return None;
            }
        }
        Some(body)
    }
}

impl Lookups {
    fn take(&mut self, cooldown: Duration) -> bool {
        let regained = self.counted.elapsed().as_secs_f64() / cooldown.as_secs_f64().max(0.001);
        self.left = (self.left + regained).min(BURST);
        self.counted = Instant::now();
        let may = self.left >= 1.0;
        self.left -= if may { 1.0 } else { 0.0 };
        may
    }
}

/// As in the examples of the crate: the whole document at once.
fn parse_as_documented(body: &[u8]) -> Option<JwkSet> {
    let set: JwkSet = serde_json::from_slice(body).ok()?;
    (!set.keys.is_empty()).then_some(set)
}

/// Key by key, and only keys for what they are used for here.
fn parse_usable(body: &[u8]) -> Option<JwkSet> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let keys: Vec<Jwk> = document
        .get("keys")?
        .as_array()?
        .iter()
        .filter_map(|key| serde_json::from_value(key.clone()).ok())
        .filter(verifies_rs256)
        .collect();
    (!keys.is_empty()).then_some(JwkSet { keys })
}

fn verifies_rs256(key: &Jwk) -> bool {
    let common = &key.common;
    matches!(key.algorithm, AlgorithmParameters::RSA(_))
        && matches!(common.public_key_use, None | Some(PublicKeyUse::Signature))
        && matches!(common.key_algorithm, None | Some(KeyAlgorithm::RS256))
        && common
            .key_operations
            .as_ref()
            .is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

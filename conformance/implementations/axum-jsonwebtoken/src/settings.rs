use std::env;
use std::time::Duration;

/// What the environment says.
pub struct Settings {
    pub address: String,
    pub issuer: String,
    pub audience: String,
    pub jwks_url: String,
    pub leeway: Duration,
    pub ttl: Duration,
    pub cooldown: Duration,
    pub max_stale: Duration,
    pub origins: Vec<String>,
    pub hardened: bool,
}

impl Settings {
    /// The error names the variable that cannot be used.
    pub fn read() -> Result<Self, String> {
        let issuer = text("BETTER_AUTH_URL", "http://127.0.0.1:3000");
        Ok(Self {
            address: format!("{}:{}", text("HOST", "127.0.0.1"), text("PORT", "8000")),
            audience: text("JWT_AUDIENCE", &issuer),
            jwks_url: text("BETTER_AUTH_JWKS_URL", &format!("{issuer}/.well-known/jwks.json")),
            issuer,
            leeway: seconds("JWT_LEEWAY", 5.0)?,
            ttl: seconds("JWKS_CACHE_TTL", 3600.0)?,
            cooldown: seconds("JWKS_COOLDOWN", 30.0)?,
            max_stale: seconds("JWKS_MAX_STALE", 3600.0)?,
            origins: text("ALLOWED_ORIGINS", "")
                .split(',')
                .map(|origin| origin.trim().to_owned())
                .filter(|origin| !origin.is_empty())
                .collect(),
            hardened: text("GATEPROOF_VARIANT", "default") == "hardened",
        })
    }
}

fn text(name: &str, fallback: &str) -> String {
    match env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => fallback.to_owned(),
    }
}

fn seconds(name: &str, fallback: f64) -> Result<Duration, String> {
    text(name, &fallback.to_string())
        .parse()
        .ok()
        .and_then(|value| Duration::try_from_secs_f64(value).ok())
        .ok_or_else(|| format!("{name} must be a number of seconds, 0 or more"))
}

//! Remote model services, spoken to as OpenAI-compatible endpoints, as models.

# The resolver of compose.yaml: Debian's unbound with the configuration beside this file.
FROM debian:trixie-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends dns-root-data unbound \
  && rm -rf /var/lib/apt/lists/*
COPY unbound.conf /etc/unbound/unbound.conf
RUN printf 'server:\n    do-daemonize: no\n    use-syslog: no\n    auto-trust-anchor-file: ""\n    trust-anchor-file: "/usr/share/dns/root.key"\n    root-hints: "/usr/share/dns/root.hints"\n' >> /etc/unbound/unbound.conf \
  && unbound-checkconf
CMD ["unbound", "-d", "-p"]

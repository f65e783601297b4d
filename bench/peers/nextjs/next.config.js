module.exports = { poweredByHeader: false, eslint: { ignoreDuringBuilds: true } };

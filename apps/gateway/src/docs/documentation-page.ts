/** A page of documentation: what all have above and around them. */
export const documentationPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Berth: ${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/page.css">
</head>
<body>
<header><a href="/docs">REST API</a> <a href="/docs/messages">Messages</a> <a href="/problems">Problems</a></header>
${body}
</body>
</html>
`;

/** The REST API in Swagger UI, which reads /v1/openapi.json. */
export const referencePage = documentationPage(
  'REST API',
  `<div id="reference"></div>
<script src="/docs/assets/swagger-ui.js"></script>
<script src="/docs/assets/start.js"></script>`,
);

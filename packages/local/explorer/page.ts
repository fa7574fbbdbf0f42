export interface ExplorerPreset {
  /** Path of the GraphQL endpoint on the same origin. */
  readonly endpoint: string;
  /** Query shown at the first visit. */
  readonly query: string;
  /** Headers the editor begins with. */
  readonly headers: Readonly<Record<string, string>>;
}

/** JSON that cannot end the script element it stands in. */
function writeScriptValue(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The explorer's page; its files are beside it under `/explorer/`. */
export function renderPage({ endpoint, query, headers }: ExplorerPreset): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loupe explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/graphiql.css">
<style>html, body, #explorer { height: 100%; margin: 0 }</style>
</head>
<body>
<div id="explorer">Loading the explorer …</div>
<script src="/explorer/react.js"></script>
<script src="/explorer/react-dom.js"></script>
<script src="/explorer/graphiql.js"></script>
<script>
const preset = ${writeScriptValue({ endpoint, query, headers: JSON.stringify(headers, null, 2) })};
const root = ReactDOM.createRoot(document.getElementById('explorer'));
root.render(React.createElement(GraphiQL, {
  fetcher: GraphiQL.createFetcher({ url: preset.endpoint }),
  defaultQuery: preset.query,
  headers: preset.headers,
  defaultEditorToolsVisibility: 'headers',
  shouldPersistHeaders: false,
}));
</script>
</body>
</html>
`;
}

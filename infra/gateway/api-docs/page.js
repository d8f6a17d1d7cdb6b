/** Shows the document that lies beside this page, and nothing else: no address of another host is ever asked. */
globalThis.SwaggerUIBundle({
  dom_id: '#page',
  url: 'openapi.yaml',
  deepLinking: true,
  displayRequestDuration: true,
  // Would ask a service of others whether the document is valid.
  validatorUrl: null,
  // The document names the gateway of the local system where no port has been moved; what is tried out goes to the one that
  // has shown this page.
  requestInterceptor(request) {
    const { pathname, search } = new URL(request.url, document.baseURI)
    request.url = location.origin + pathname + search
    return request
  },
})

// Browsers start no worker from a file: there the search runs in a hidden frame of its own.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      frame.title = "search"
      document.body.appendChild(frame)
      this.inner = frame.contentWindow
      this.inner.document.open()
      this.inner.document.write(
        "<html><body><script>" +
          "postMessage = parent.postMessage.bind(parent);" +
          "importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((done, failed) => {" +
          "const script = document.createElement('script'); script.src = url;" +
          "script.onload = done; script.onerror = failed; document.body.appendChild(script) })), Promise.resolve())" +
          `</` + `script><script src="${url}"></` + "script></body></html>"
      )
      this.inner.document.close()
      this.ready = new Promise(done => (this.inner.onload = done))
      window.addEventListener("message", event => {
        if (event.source !== this.inner) return
        event.stopImmediatePropagation()
        this.dispatchEvent(new MessageEvent("message", { data: event.data }))
      })
    }
    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })))
    }
  }
}

/// The version of all tools: the host's and the launcher's are built and installed together.
package let toolVersion = "0.1.0"

/**
 * The poll and the answer that Lubbers and Greco count in "HTML5 Web Sockets: A Quantum Leap in
 * Scalability for the Web" (2010), with HTTP/1.1 for the `HTTP/1.x` that their tool displays: 871
 * characters in 17 lines, which are 909 B with the line ends and the two blank lines.
 */
export const POLLING_STOCK = {
  requestLine: 'GET /PollingStock//PollingStock HTTP/1.1',
  requestFields: {
    Host: 'localhost:8080',
    'User-Agent': 'Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5',
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language': 'en-us',
    'Accept-Encoding': 'gzip,deflate',
    'Accept-Charset': 'ISO-8859-1,utf-8;q=0.7,*;q=0.7',
    'Keep-Alive': '300',
    Connection: 'keep-alive',
    Referer: 'http://www.example.com/PollingStock/',
    Cookie: [
      'showInheritedConstant=false; showInheritedProtectedConstant=false',
      'showInheritedProperty=false; showInheritedProtectedProperty=false',
      'showInheritedMethod=false; showInheritedProtectedMethod=false',
      'showInheritedEvent=false; showInheritedStyle=false; showInheritedEffect=false',
    ].join('; '),
  },
  statusLine: 'HTTP/1.1 200 OK',
  answerFields: {
    'X-Powered-By': 'Servlet/2.5',
    Server: 'Sun Java System Application Server 9.1_02',
    'Content-Type': 'text/html;charset=UTF-8',
    'Content-Length': '21',
    Date: 'Sat, 07 Nov 2009 00:32:46 GMT',
  },
} as const;

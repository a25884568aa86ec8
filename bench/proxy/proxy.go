// Go's shortest proxy: io.Copy both ways, which splices between TCP sockets.
//
// Run: GOMAXPROCS=1 go run bench/proxy/proxy.go 7001 7000.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: proxy LISTEN-PORT ORIGIN-PORT")
		os.Exit(2)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go serve(client.(*net.TCPConn), "127.0.0.1:"+os.Args[2])
	}
}

func serve(client *net.TCPConn, origin string) {
	defer client.Close()
	conn, err := net.Dial("tcp", origin)
	if err != nil {
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	done := make(chan bool)
	go func() {
		move(server, client)
		close(done)
	}()
	move(client, server)
	<-done
}

// What breaks off takes the other direction with it; an end is only handed on.
func move(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		from.Close()
		return
	}
	to.CloseWrite()
}

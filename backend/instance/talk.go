package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"time"

	"billfold/backend/billing"
)

// messageVersion changes when an older Billfold could misread a message.
const messageVersion = 1

// messageLimit bounds what is read from the socket, in bytes.
const messageLimit = 4 << 10

// How long each side waits for the other. A request is one small line that is
// written at once, and a program that runs hears it at once; what it was asked for
// may take longer, above all while it starts.
const (
	requestTakes = time.Second
	hearingTakes = 3 * time.Second
	meetingTakes = 20 * time.Second
)

// atOnce bounds how many second starts are listened to at a time.
const atOnce = 64

// heard is what a first start says before it looks into a request.
const heard = '\n'

// accept listens to second starts until the listener is closed. One that says
// nothing keeps no other waiting.
func (i *Instance) accept() {
	seats := make(chan struct{}, atOnce)
	for {
		conn, err := i.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // out of file descriptors, say
			continue
		}
		select {
		case seats <- struct{}{}:
			i.done.Go(func() {
				i.answer(conn)
				<-seats
			})
		default:
			_ = conn.Close() // whoever means it asks again
		}
	}
}

func (i *Instance) answer(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(requestTakes))
	line, err := bufio.NewReader(io.LimitReader(conn, messageLimit)).ReadBytes('\n')
	if err != nil {
		return
	}
	var request Request
	if json.Unmarshal(line, &request) != nil {
		return
	}
	if _, err := conn.Write([]byte{heard}); err != nil {
		return
	}
	reply := i.meet(request)
	reply.PID = os.Getpid()
	_ = conn.SetDeadline(time.Now().Add(requestTakes))
	_ = json.NewEncoder(conn).Encode(reply)
}

// meet does what was asked for as soon as this program can.
func (i *Instance) meet(request Request) Reply {
	if request.Version != messageVersion {
		return Reply{Problem: "The Billfold that is running is of another version. Close it and start again."}
	}
	select {
	case <-i.leaving:
		return Reply{Leaving: true}
	case <-i.ready:
	}
	i.turn.Lock()
	defer i.turn.Unlock()
	select {
	case <-i.leaving:
		return Reply{Leaving: true}
	default:
		return i.handle(request)
	}
}

// HandOver says to the app that holds the place in dir what to open. It gives
// ErrNobody when none does, and CodeBusy when that app does not answer or cannot.
func HandOver(ctx context.Context, dir string, request Request) (Reply, error) {
	request.Version = messageVersion
	hearing := time.Now().Add(hearingTakes)
	for Held(dir) {
		reply, err := talk(ctx, dir, request, hearing)
		if reply.Leaving || nobodyListens(err) {
			err = errLeaving
		}
		switch {
		case err == nil && reply.Problem != "":
			return reply, billing.NewError(billing.CodeBusy, reply.Problem, nil)
		case err == nil:
			return reply, nil
		case err != errLeaving || ctx.Err() != nil || time.Now().After(hearing):
			return Reply{}, billing.NewError(billing.CodeBusy,
				"Billfold is already running for this account but does not answer. Close it, then start again.", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return Reply{}, ErrNobody
}

// errLeaving says that whoever holds the place has not begun to listen, or listens
// no more.
var errLeaving = errors.New("the running Billfold is just starting or ending")

// nobodyListens tells failures that pass: the socket is not there yet or any more,
// or its listener ended before it answered.
func nobodyListens(err error) bool {
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, io.EOF) {
		return true
	}
	return slices.ContainsFunc(hungUp, func(hung syscall.Errno) bool { return errors.Is(err, hung) })
}

// talk is one exchange with the app that listens. hearing is until when it has to
// show that it listens.
func talk(ctx context.Context, dir string, request Request, hearing time.Time) (Reply, error) {
	path, err := socketPath(dir)
	if err != nil {
		return Reply{}, err
	}
	conn, err := (&net.Dialer{Deadline: hearing}).DialContext(ctx, "unix", path)
	if err != nil {
		return Reply{}, err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	_ = conn.SetDeadline(hearing)
	letToFront()
	if err := json.NewEncoder(conn).Encode(request); err != nil {
		return Reply{}, err
	}
	said := bufio.NewReader(io.LimitReader(conn, messageLimit))
	if _, err := said.ReadByte(); err != nil {
		return Reply{}, err
	}
	_ = conn.SetDeadline(time.Now().Add(meetingTakes))
	var reply Reply
	err = json.NewDecoder(said).Decode(&reply)
	return reply, err
}

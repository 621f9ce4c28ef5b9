package sandbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/smtp"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// MailOptions says where letters go besides the outbox.
type MailOptions struct {
	// Folder gets a file for every letter; it is made when it is not there.
	Folder string
	// SMTP is the address of a mail server on this machine, 127.0.0.1:1025.
	SMTP string
}

// check refuses a server that is not on this machine: letters of a sandbox must
// reach nobody.
func (o MailOptions) check() error {
	if o.SMTP == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(o.SMTP); err != nil || !isLoopback(o.SMTP) {
		return fmt.Errorf("the sandbox sends mail to a server on this machine only, such as 127.0.0.1:1025, not to %q", o.SMTP)
	}
	return nil
}

// mailer takes letters out of the sandbox, one after the other.
type mailer struct {
	to   MailOptions
	ctx  context.Context // until close
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	waiting []*letter
	unsent  []string // ids of letters that the end has caught on their way
	ending  bool
	more    chan struct{}
	problem string
}

func newMailer(to MailOptions) (*mailer, error) {
	if err := to.check(); err != nil {
		return nil, err
	}
	if to.Folder != "" {
		if err := os.MkdirAll(to.Folder, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder for mail: %w", err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	m := &mailer{to: to, ctx: ctx, stop: stop, more: make(chan struct{}, 1)}
	if m.delivers() {
		m.work.Go(m.run)
	}
	return m, nil
}

// delivers tells whether letters go anywhere but to the outbox.
func (m *mailer) delivers() bool { return m.to.Folder != "" || m.to.SMTP != "" }

// accept puts a letter in line. The desk calls it while the letter is written.
func (m *mailer) accept(o *letter) {
	m.mu.Lock()
	m.waiting = append(m.waiting, o)
	m.mu.Unlock()
	select {
	case m.more <- struct{}{}:
	default:
	}
}

func (m *mailer) run() {
	for {
		m.mu.Lock()
		batch, ending := m.waiting, m.ending
		m.waiting = nil
		m.mu.Unlock()
		for _, o := range batch {
			m.take(o)
		}
		if len(batch) > 0 {
			continue
		}
		if ending {
			return
		}
		<-m.more
	}
}

// take delivers a letter, and notes why when that fails. One that was caught by
// the end is for the next start.
func (m *mailer) take(o *letter) {
	err := m.ctx.Err()
	if err == nil {
		err = m.deliver(o)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err != nil && m.ctx.Err() != nil:
		m.unsent = append(m.unsent, o.ID)
	case err != nil:
		m.problem = "“" + o.Subject + "” was not delivered: " + err.Error()
	}
}

// lastProblem is what went wrong most recently; "" when nothing did.
func (m *mailer) lastProblem() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.problem
}

// close lets what is in line be delivered until ctx ends, and gives the ids of the
// letters that were not.
func (m *mailer) close(ctx context.Context) (unsent []string) {
	m.mu.Lock()
	m.ending = true
	m.mu.Unlock()
	select {
	case m.more <- struct{}{}:
	default:
	}
	defer context.AfterFunc(ctx, m.stop)()
	m.work.Wait()
	m.stop()
	return m.unsent
}

func (m *mailer) deliver(o *letter) error {
	message, to, err := o.message()
	if err != nil {
		return err
	}
	var failed error
	if m.to.Folder != "" {
		failed = m.save(o, message)
	}
	if m.to.SMTP != "" {
		failed = errors.Join(failed, m.send(to, message))
	}
	return failed
}

// save writes a letter as a file that mail programs open. Its name is made of
// nothing a customer can choose.
func (m *mailer) save(o *letter, message []byte) error {
	folder, err := os.OpenRoot(m.to.Folder)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	name := time.Unix(o.At, 0).UTC().Format("20060102-150405") + "-" + o.ID + ".eml"
	file, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(message)
	return errors.Join(err, file.Close())
}

// sendingTakes is how long a mail server may take for one letter.
const sendingTakes = 10 * time.Second

func (m *mailer) send(to string, message []byte) error {
	dialer := &net.Dialer{Timeout: sendingTakes, Control: loopbackOnly}
	connection, err := dialer.DialContext(m.ctx, "tcp", m.to.SMTP)
	if err != nil {
		return err
	}
	defer context.AfterFunc(m.ctx, func() { _ = connection.Close() })()
	if err := connection.SetDeadline(time.Now().Add(sendingTakes)); err != nil {
		return errors.Join(err, connection.Close())
	}
	client, err := smtp.NewClient(connection, "localhost")
	if err != nil {
		return errors.Join(err, connection.Close())
	}
	defer func() { _ = client.Close() }()
	if err := errors.Join(client.Mail(senderAddress), client.Rcpt(to)); err != nil {
		return err
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	_, err = body.Write(message)
	return errors.Join(err, body.Close(), client.Quit())
}

// senderAddress is of a domain that can never receive anything.
// Source: RFC 2606.
const senderAddress = "billing@quillforge.example"

// message writes a letter for the wire of mail, and gives the bare address it
// goes to. What was typed as an address must be one.
// Source: RFC 5322, RFC 2047, RFC 2045.
func (o *letter) message() (message []byte, to string, err error) {
	address, err := netmail.ParseAddress(o.To)
	if err != nil || address.Name != "" || address.Address != o.To || strings.ContainsFunc(o.To, notPlain) {
		return nil, "", errors.New("the customer's e-mail address is none")
	}
	var b bytes.Buffer
	for _, header := range [][2]string{
		{"From", mailbox(o.From, senderAddress)}, {"To", mailbox(o.Name, o.To)}, {"Subject", encodedWords(o.Subject)},
		{"Date", time.Unix(o.At, 0).UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"Message-ID", "<" + o.ID + "@quillforge.example>"}, {"MIME-Version", "1.0"}, {"Auto-Submitted", "auto-generated"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	b.WriteString("\r\n")
	text := quotedprintable.NewWriter(&b)
	_, err = text.Write([]byte(strings.ReplaceAll(o.Text, "\n", "\r\n")))
	return b.Bytes(), o.To, errors.Join(err, text.Close())
}

func notPlain(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsControl(r) || r == ' ' || r == '"'
}

func mailbox(name, address string) string {
	if name == "" {
		return "<" + address + ">"
	}
	encoded := encodedWords(name)
	if encoded != name { // as long as a line already
		encoded += "\r\n"
	}
	return encoded + " <" + address + ">"
}

// encodedWords writes a text for a header: letters and digits as they are,
// anything else in encoded words, each on a line of its own.
func encodedWords(text string) string {
	plain := !strings.ContainsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' || r == '-')
	})
	if plain && len(text) <= wordHolds {
		return text
	}
	var words []string
	for text != "" {
		end := 0
		for at, r := range text {
			if at+utf8.RuneLen(r) > wordHolds {
				break
			}
			end = at + utf8.RuneLen(r)
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(text[:end]))+"?=")
		text = text[end:]
	}
	return strings.Join(words, "\r\n ")
}

// wordHolds is how many bytes fit into one encoded word of 75 characters.
const wordHolds = 45

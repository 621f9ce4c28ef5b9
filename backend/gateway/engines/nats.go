package engines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"billfold/backend/gateway/changes"
)

const (
	versionsBucket = "billfold_versions"
	claimsBucket   = "billfold_claims"
	epochKey       = "epoch"
	cursorKey      = "cursor"

	// natsStarts is how long an embedded server may take to be ready.
	natsStarts = 10 * time.Second
)

// natsStore is a changes.Store in two NATS key-value buckets.
type natsStore struct {
	connection *nats.Conn
	server     *server.Server // nil when it is elsewhere
	versions   jetstream.KeyValue
	claims     jetstream.KeyValue
	again      chan struct{} // a signal after the connection was lost and came back
}

// openEmbedded starts a server that listens nowhere: it is reached from this
// process alone.
func openEmbedded(ctx context.Context, folder string) (changes.Store, error) {
	if folder == "" {
		return nil, errors.New("say in which folder the embedded NATS keeps its files: nats-embedded:/some/folder")
	}
	made, err := server.NewServer(&server.Options{
		ServerName: "billfold-gateway", DontListen: true, JetStream: true, StoreDir: folder, NoSigs: true, NoLog: true,
	})
	if err != nil {
		return nil, fmt.Errorf("make the embedded NATS: %w", err)
	}
	go made.Start()
	if !made.ReadyForConnections(natsStarts) {
		made.Shutdown()
		return nil, fmt.Errorf("the embedded NATS did not get ready; is %s writable, and used by no other gateway?", folder)
	}
	s := &natsStore{server: made, again: make(chan struct{}, 1)}
	if err := s.connect(ctx, "", nats.InProcessServer(made)); err != nil {
		made.Shutdown()
		return nil, err
	}
	return s, nil
}

func openNATS(ctx context.Context, address string) (changes.Store, error) {
	s := &natsStore{again: make(chan struct{}, 1)}
	if err := s.connect(ctx, address); err != nil {
		return nil, fmt.Errorf("NATS at %s: %w", host(address), err)
	}
	return s, nil
}

func (s *natsStore) connect(ctx context.Context, address string, options ...nats.Option) error {
	options = append(options, nats.Name("billfold-gateway"), nats.MaxReconnects(-1), nats.ReconnectHandler(func(*nats.Conn) {
		select {
		case s.again <- struct{}{}:
		default:
		}
	}))
	var err error
	if s.connection, err = nats.Connect(address, options...); err != nil {
		return errors.New("it does not answer")
	}
	stream, err := jetstream.New(s.connection)
	if err == nil {
		s.versions, err = stream.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: versionsBucket})
	}
	if err == nil {
		s.claims, err = stream.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: claimsBucket, LimitMarkerTTL: time.Second})
	}
	if err != nil {
		s.connection.Close()
		return fmt.Errorf("open the buckets (JetStream must be on, and NATS 2.11 or newer): %w", err)
	}
	return nil
}

func (s *natsStore) Read(ctx context.Context, customer string) (string, changes.State, error) {
	epoch, err := s.getOrMake(ctx, epochKey, func() ([]byte, error) { return []byte(changes.NewEpochName()), nil })
	if err != nil {
		return "", changes.State{}, err
	}
	body, err := s.getOrMake(ctx, customer, changes.NewState().Encode)
	if err != nil {
		return "", changes.State{}, err
	}
	state, err := changes.DecodeState(body)
	return string(epoch), state, err
}

// getOrMake reads a key, and makes it when it is not there. Who comes second reads
// what the first has made.
func (s *natsStore) getOrMake(ctx context.Context, key string, make func() ([]byte, error)) ([]byte, error) {
	for range 3 {
		entry, err := s.versions.Get(ctx, key)
		if err == nil {
			return entry.Value(), nil
		}
		if !errors.Is(err, jetstream.ErrKeyNotFound) {
			return nil, fmt.Errorf("read a version: %w", err)
		}
		body, err := make()
		if err != nil {
			return nil, err
		}
		if _, err = s.versions.Create(ctx, key, body); err == nil {
			return body, nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return nil, fmt.Errorf("make a version: %w", err)
		}
	}
	return nil, errContended
}

func (s *natsStore) Bump(ctx context.Context, customer string, changed ...changes.Change) error {
	for range manyTries {
		entry, err := s.versions.Get(ctx, customer)
		state, revision := changes.NewState(), uint64(0)
		switch {
		case err == nil:
			revision = entry.Revision()
			if state, err = changes.DecodeState(entry.Value()); err != nil {
				state = changes.NewState() // nobody has a version of it
			}
		case !errors.Is(err, jetstream.ErrKeyNotFound):
			return fmt.Errorf("read a version: %w", err)
		}
		body, err := state.Next(changed...).Encode()
		if err != nil {
			return err
		}
		if revision == 0 {
			_, err = s.versions.Create(ctx, customer, body)
		} else {
			_, err = s.versions.Update(ctx, customer, body, revision)
		}
		if err == nil {
			return nil
		}
		if !quicker(err) {
			return fmt.Errorf("change a version: %w", err)
		}
	}
	return errContended
}

// quicker tells whether a change failed because another came first.
func quicker(err error) bool {
	var refused *jetstream.APIError
	return errors.Is(err, jetstream.ErrKeyExists) ||
		errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

func (s *natsStore) NewEpoch(ctx context.Context) error {
	_, err := s.versions.Put(ctx, epochKey, []byte(changes.NewEpochName()))
	return err
}

func (s *natsStore) Once(ctx context.Context, name string, within time.Duration) (bool, error) {
	_, err := s.claims.Create(ctx, name, nil, jetstream.KeyTTL(max(within.Round(time.Second), time.Second)))
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	return err == nil, err
}

func (s *natsStore) Claimed(ctx context.Context, name string) (bool, error) {
	_, err := s.claims.Get(ctx, name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *natsStore) Cursor(ctx context.Context) (changes.Cursor, error) {
	entry, err := s.versions.Get(ctx, cursorKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return changes.Cursor{}, nil
	}
	if err != nil {
		return changes.Cursor{}, err
	}
	return decodeCursor(entry.Value())
}

func (s *natsStore) SetCursor(ctx context.Context, cursor changes.Cursor) error {
	body, err := json.Marshal(cursor)
	if err == nil {
		_, err = s.versions.Put(ctx, cursorKey, body)
	}
	return err
}

func (s *natsStore) Watch(ctx context.Context, tell func(string)) error {
	watcher, err := s.versions.WatchAll(ctx, jetstream.UpdatesOnly())
	if err != nil {
		return err
	}
	defer func() { _ = watcher.Stop() }() // it may be gone already
	for {
		select {
		case entry, open := <-watcher.Updates():
			if !open {
				return changes.ErrGone
			}
			switch {
			case entry == nil || entry.Key() == cursorKey:
			case strings.HasPrefix(entry.Key(), "cus_"):
				tell(entry.Key())
			default:
				tell("")
			}
		case <-s.again:
			tell("") // what happened meanwhile may not have been told
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *natsStore) Close() error {
	s.connection.Close()
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	return nil
}

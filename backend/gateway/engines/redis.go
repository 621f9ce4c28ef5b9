package engines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"billfold/backend/gateway/changes"
)

const (
	prefix      = "billfold:"
	redisEpoch  = prefix + "epoch"
	redisCursor = prefix + "cursor"
	channel     = prefix + "changed"
	// forgotten is when a customer of whom nothing was heard falls out of the store.
	forgotten = 60 * 24 * time.Hour
)

// redisStore is a changes.Store in Redis or Valkey. A replica may read from one
// primary only: an older copy could call an older version the present one.
type redisStore struct{ client *redis.Client }

func openRedis(ctx context.Context, address string) (changes.Store, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return nil, errors.New("the address of Redis makes no sense")
	}
	logging.Disable() // it would write to the standard logger
	s := &redisStore{redis.NewClient(options)}
	if err := s.client.Ping(ctx).Err(); err != nil {
		_ = s.client.Close()
		return nil, fmt.Errorf("no Redis answers at %s", host(address))
	}
	return s, nil
}

func versionKey(customer string) string { return prefix + "version:" + customer }

func (s *redisStore) Read(ctx context.Context, customer string) (string, changes.State, error) {
	for range 3 {
		got, err := s.client.MGet(ctx, redisEpoch, versionKey(customer)).Result()
		if err != nil {
			return "", changes.State{}, fmt.Errorf("read a version: %w", err)
		}
		epoch, known := got[0].(string)
		body, there := got[1].(string)
		if known && there {
			state, err := changes.DecodeState([]byte(body))
			return epoch, state, err
		}
		if err := s.makeMissing(ctx, customer); err != nil {
			return "", changes.State{}, err
		}
	}
	return "", changes.State{}, errContended
}

// makeMissing makes the epoch and a version where there are none. Who comes second
// leaves what the first has made.
func (s *redisStore) makeMissing(ctx context.Context, customer string) error {
	body, err := changes.NewState().Encode()
	if err != nil {
		return err
	}
	if err := s.client.SetNX(ctx, redisEpoch, changes.NewEpochName(), 0).Err(); err != nil {
		return fmt.Errorf("make an epoch: %w", err)
	}
	return s.client.SetNX(ctx, versionKey(customer), body, forgotten).Err()
}

func (s *redisStore) Bump(ctx context.Context, customer string, changed ...changes.Change) error {
	key := versionKey(customer)
	for range manyTries {
		err := s.client.Watch(ctx, func(tx *redis.Tx) error {
			body, err := tx.Get(ctx, key).Bytes()
			state := changes.NewState()
			switch {
			case err == nil:
				if read, err := changes.DecodeState(body); err == nil {
					state = read
				}
			case !errors.Is(err, redis.Nil):
				return err
			}
			if body, err = state.Next(changed...).Encode(); err != nil {
				return err
			}
			_, err = tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
				pipe.Set(ctx, key, body, forgotten)
				pipe.Publish(ctx, channel, customer)
				return nil
			})
			return err
		}, key)
		if !errors.Is(err, redis.TxFailedErr) {
			return err
		}
	}
	return errContended
}

func (s *redisStore) NewEpoch(ctx context.Context) error {
	if err := s.client.Set(ctx, redisEpoch, changes.NewEpochName(), 0).Err(); err != nil {
		return err
	}
	return s.client.Publish(ctx, channel, "").Err()
}

func (s *redisStore) Once(ctx context.Context, name string, within time.Duration) (bool, error) {
	return s.client.SetNX(ctx, prefix+"claim:"+name, "", within).Result()
}

func (s *redisStore) Claimed(ctx context.Context, name string) (bool, error) {
	count, err := s.client.Exists(ctx, prefix+"claim:"+name).Result()
	return count > 0, err
}

func (s *redisStore) Cursor(ctx context.Context) (changes.Cursor, error) {
	body, err := s.client.Get(ctx, redisCursor).Bytes()
	if errors.Is(err, redis.Nil) {
		return changes.Cursor{}, nil
	}
	if err != nil {
		return changes.Cursor{}, err
	}
	return decodeCursor(body)
}

func (s *redisStore) SetCursor(ctx context.Context, cursor changes.Cursor) error {
	body, err := json.Marshal(cursor)
	if err != nil {
		return err
	}
	return s.client.Set(ctx, redisCursor, body, 0).Err()
}

func (s *redisStore) Watch(ctx context.Context, tell func(string)) error {
	subscription := s.client.Subscribe(ctx, channel)
	defer func() { _ = subscription.Close() }() // it may be gone already
	messages := subscription.ChannelWithSubscriptions()
	for {
		select {
		case message, open := <-messages:
			if !open {
				return changes.ErrGone
			}
			if news, ok := message.(*redis.Message); ok {
				tell(news.Payload)
			} else {
				tell("") // subscribed, perhaps anew: what was published before was not heard
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *redisStore) Close() error { return s.client.Close() }

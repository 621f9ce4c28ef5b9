package samplevendor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"billfold/backend/sandbox/issuer"
	"billfold/backend/stripewire"
)

// merchant asks the sandbox with its own key.
type merchant struct {
	url, key string
	// subscriber is the customer whom the scenario is about.
	subscriber string
}

// people are the sandbox's customers: each can sign in.
func (m *merchant) people(ctx context.Context) ([]issuer.Person, error) {
	customers, err := list[struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Email string `json:"email"`
	}](ctx, m, "/v1/customers?limit=20")
	if err != nil {
		return nil, err
	}
	people, there := make([]issuer.Person, len(customers)), false
	for i, customer := range customers {
		people[i] = issuer.Person{Subject: SubjectOf(customer.ID), Customer: customer.ID, Name: customer.Name, Email: customer.Email}
		there = there || customer.ID == m.subscriber
	}
	if !there { // the merchant removed the customer; the person can sign in all the same
		people = append(people, issuer.Person{Subject: SubjectOf(m.subscriber), Customer: m.subscriber})
	}
	return people, nil
}

// SubjectOf is the issuer's name for a customer of the sandbox.
func SubjectOf(customer string) string { return "person-of-" + customer }

// portal is the portal configuration that there is.
func (m *merchant) portal(ctx context.Context) (string, error) {
	found, err := list[struct {
		ID string `json:"id"`
	}](ctx, m, "/v1/billing_portal/configurations?limit=1")
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].ID, nil
}

func list[T any](ctx context.Context, m *merchant, path string) ([]T, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+m.key)
	request.Header.Set("Stripe-Version", stripewire.Version)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the sandbox: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var page struct {
		Data []T `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the sandbox answered %d to a list", response.StatusCode)
	}
	return page.Data, nil
}

package samplevendor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"billfold/backend/pattern"
)

// hidden is the field that says what a choice of the issuer's page is about.
var hidden = pattern.Of(`<input type="hidden" name="(id|user_code)" value="([A-Za-z0-9-]+)">`)

// maxPage bounds a page, in bytes.
const maxPage = 1 << 20

// SignInAs goes to a page of the issuer's and signs in as the person of a customer,
// as somebody in a browser would; "" declines.
func (v *Vendor) SignInAs(ctx context.Context, address, customer string) error {
	if !strings.HasPrefix(address, v.issuer.URL()+"/") {
		return errors.New("that is no page of this issuer")
	}
	client := &http.Client{Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	shown, at, err := open(client, request)
	if err != nil {
		return err
	}
	found := hidden.Regexp().FindStringSubmatch(shown)
	if found == nil {
		return errors.New("the issuer offers no choice there")
	}
	choice := url.Values{found[1]: {found[2]}, "person": {""}}
	if customer != "" {
		choice.Set("person", SubjectOf(customer))
	}
	request, err = http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(choice.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", v.issuer.URL())
	_, _, err = open(client, request)
	return err
}

// open follows to a page, and gives its text and its address.
func open(client *http.Client, request *http.Request) (text, at string, err error) {
	response, err := client.Do(request)
	if err != nil {
		return "", "", errors.New("the issuer does not answer") // its words would repeat the address
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPage))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("the issuer answered %d", response.StatusCode)
	}
	return string(body), response.Request.URL.String(), err
}

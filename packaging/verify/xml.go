package verify

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// declaration is what may stand between <?xml and ?>.
var declaration = regexp.MustCompile(`^version=["']1\.0["'](\s+encoding=["'](?i:utf-8|us-ascii)["'])?(\s+standalone=["'](yes|no)["'])?\s*$`)

// decodeXML wants one well-formed document, with nothing before it but a
// declaration and nothing behind it. Go's reader skips what comes before, a
// Mac's does not.
func decodeXML(raw []byte, to any) error {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		root, begins := token.(xml.StartElement)
		if begins {
			if err := decoder.DecodeElement(to, &root); err != nil {
				return err
			}
			return nothingFollows(decoder)
		}
		if err := mayPrecede(token); err != nil {
			return err
		}
	}
}

func mayPrecede(token xml.Token) error {
	switch t := token.(type) {
	case xml.CharData:
		if len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\xef\xbb\xbf")))) > 0 { // but for a byte order mark
			return errors.New("text comes before the document")
		}
	case xml.Directive:
		return errors.New("it declares a document type, which could hold entities")
	case xml.ProcInst:
		if strings.EqualFold(t.Target, "xml") && (t.Target != "xml" || !declaration.Match(t.Inst)) {
			return fmt.Errorf("it begins with <?%s %.80s?>", t.Target, t.Inst)
		}
	}
	return nil
}

func nothingFollows(decoder *xml.Decoder) error {
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if text, isText := token.(xml.CharData); isText && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if _, isComment := token.(xml.Comment); !isComment {
			return errors.New("something follows the document's end")
		}
	}
}

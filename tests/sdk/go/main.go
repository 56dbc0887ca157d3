// Tracking as Go's own XML reads and writes it, with structs of the kind that generators make of a WSDL; no SOAP
// toolkit of Go is in a registry that is reached from CI (gowsdl was built and tried by hand: see the carrier's sheet).
// HTTP is the caller's: Go's would take twenty seconds to compile.
//
//	main load WSDL SCHEMA...             loads a description and says what of it leads nowhere
//	main ask LOGIN PASSWORD BARCODE      prints a request
//	main read ANSWER                     reads an answer of getOperationHistory
package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"strings"
)

type Attributes struct {
	Names []xml.Attr `xml:",any,attr"`
}

// Qualified resolves "prefix:name" by the declarations of the document's root.
func (root Attributes) Qualified(text string) string {
	prefix, name, found := strings.Cut(text, ":")
	if !found {
		prefix, name = "", text
	}
	for _, one := range root.Names {
		if (one.Name.Space == "xmlns" && one.Name.Local == prefix) || (prefix == "" && one.Name.Local == "xmlns") {
			return one.Value + " " + name
		}
	}
	return "? " + text
}

type Import struct {
	Namespace string `xml:"namespace,attr"`
	Location  string `xml:"schemaLocation,attr"`
}

type Field struct {
	Name string   `xml:"name,attr"`
	Type string   `xml:"type,attr"`
	Ref  string   `xml:"ref,attr"`
	Own  *Complex `xml:"http://www.w3.org/2001/XMLSchema complexType"`
}

type Complex struct {
	Name       string  `xml:"name,attr"`
	Elements   []Field `xml:"sequence>element"`
	Attributes []Field `xml:"attribute"`
}

type Schema struct {
	Attributes
	XMLName    xml.Name  `xml:"http://www.w3.org/2001/XMLSchema schema"`
	Target     string    `xml:"targetNamespace,attr"`
	Imports    []Import  `xml:"import"`
	Elements   []Field   `xml:"element"`
	Complexes  []Complex `xml:"complexType"`
	Simples    []Complex `xml:"simpleType"`
	Standalone []Field   `xml:"attribute"`
}

type Operation struct {
	Name   string  `xml:"name,attr"`
	Input  Bound   `xml:"input"`
	Output Bound   `xml:"output"`
	Faults []Bound `xml:"fault"`
}

type Bound struct {
	Message string `xml:"message,attr"`
}

type Definitions struct {
	Attributes
	XMLName  xml.Name `xml:"http://schemas.xmlsoap.org/wsdl/ definitions"`
	Target   string   `xml:"targetNamespace,attr"`
	Schemas  []Schema `xml:"types>schema"`
	Messages []struct {
		Name  string `xml:"name,attr"`
		Parts []struct {
			Element string `xml:"element,attr"`
		} `xml:"part"`
	} `xml:"message"`
	Operations []Operation `xml:"portType>operation"`
	Service    struct {
		Name string `xml:"name,attr"`
		Port struct {
			Address struct {
				XMLName  xml.Name
				Location string `xml:"location,attr"`
			} `xml:"address"`
		} `xml:"port"`
	} `xml:"service"`
}

type Loaded struct {
	Operations []string `json:"operations"`
	Address    string   `json:"address"`
	Soap       string   `json:"soap"`
	Imports    []string `json:"imports"`
	Nowhere    []string `json:"nowhere"`
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func parse(path string, into any) {
	body, err := os.ReadFile(path)
	must(err)
	must(xml.Unmarshal(body, into))
}

func load(wsdl string, paths []string) Loaded {
	var found Definitions
	parse(wsdl, &found)
	schemas := make([]Schema, len(paths))
	known := map[string]bool{}
	for n, path := range paths {
		parse(path, &schemas[n])
		for _, list := range [][]Field{schemas[n].Elements, schemas[n].Standalone} {
			for _, one := range list {
				known["element "+schemas[n].Target+" "+one.Name] = true
			}
		}
		for _, list := range [][]Complex{schemas[n].Complexes, schemas[n].Simples} {
			for _, one := range list {
				known["type "+schemas[n].Target+" "+one.Name] = true
			}
		}
	}
	told := Loaded{Address: found.Service.Port.Address.Location, Soap: found.Service.Port.Address.XMLName.Space}
	told.Nowhere = []string{}
	lead := func(kind string, root Attributes, name string) {
		full := kind + " " + root.Qualified(name)
		if name != "" && !known[full] && !strings.HasPrefix(full, "type http://www.w3.org/2001/XMLSchema ") {
			told.Nowhere = append(told.Nowhere, full)
		}
	}
	for _, schema := range schemas {
		for _, one := range schema.Elements {
			follow(lead, schema.Attributes, one)
		}
		for _, one := range schema.Complexes {
			for _, field := range append(one.Elements, one.Attributes...) {
				follow(lead, schema.Attributes, field)
			}
		}
		for _, one := range schema.Imports {
			told.Imports = append(told.Imports, one.Location)
		}
	}
	messages := map[string]bool{}
	for _, message := range found.Messages {
		messages[found.Target+" "+message.Name] = true
		for _, part := range message.Parts {
			lead("element", found.Attributes, part.Element)
		}
	}
	for _, operation := range found.Operations {
		told.Operations = append(told.Operations, operation.Name)
		for _, bound := range append(operation.Faults, operation.Input, operation.Output) {
			if name := found.Qualified(bound.Message); !messages[name] {
				told.Nowhere = append(told.Nowhere, "message "+name)
			}
		}
	}
	for _, schema := range found.Schemas {
		for _, one := range schema.Imports {
			told.Imports = append(told.Imports, one.Location)
		}
	}
	return told
}

func follow(lead func(string, Attributes, string), root Attributes, field Field) {
	lead("type", root, field.Type)
	lead("element", root, field.Ref)
	if field.Own != nil {
		for _, inner := range append(field.Own.Elements, field.Own.Attributes...) {
			follow(lead, root, inner)
		}
	}
}

type Request struct {
	XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Envelope"`
	Body    struct {
		XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Body"`
		Ask     struct {
			XMLName xml.Name `xml:"http://russianpost.org/operationhistory getOperationHistory"`
			About   struct {
				XMLName     xml.Name `xml:"http://russianpost.org/operationhistory/data OperationHistoryRequest"`
				Barcode     string
				MessageType int
			}
			Who struct {
				XMLName  xml.Name `xml:"http://russianpost.org/operationhistory/data AuthorizationHeader"`
				Login    string   `xml:"login"`
				Password string   `xml:"password"`
			}
		}
	}
}

type Parameter struct {
	Id   int
	Name string
}

type Answer struct {
	XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Envelope"`
	Records []struct {
		Place string `xml:"http://russianpost.org/operationhistory/data AddressParameters>OperationAddress>Index"`
		Mass  int    `xml:"ItemParameters>Mass"`
		Done  struct {
			OperType Parameter
			OperAttr Parameter
			OperDate string
		} `xml:"http://russianpost.org/operationhistory/data OperationParameters"`
	} `xml:"Body>getOperationHistoryResponse>OperationHistoryData>historyRecord"`
	Reason string `xml:"Body>Fault>Detail>OperationHistoryFaultReason"`
}

func tell(told any) {
	body, err := json.Marshal(told)
	must(err)
	fmt.Println(string(body))
}

func main() {
	words := os.Args[2:]
	switch os.Args[1] {
	case "load":
		tell(load(words[0], words[1:]))
	case "ask":
		var request Request
		request.Body.Ask.Who.Login, request.Body.Ask.Who.Password = words[0], words[1]
		request.Body.Ask.About.Barcode = words[2]
		body, err := xml.Marshal(request)
		must(err)
		fmt.Print(string(body))
	case "read":
		var answer Answer
		parse(words[0], &answer)
		tell(answer)
	}
}

//go:build ignore

// Render writes the pictures from src/*.svg, light and dark, at twice their
// size in points. It needs Chromium; look at the result after a drawing changed.
//
//	go run ./agent/prompt/pictures/render.go agent/prompt/pictures
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// palettes give the words in a drawing their colors.
var palettes = map[string]*strings.Replacer{
	"light": strings.NewReplacer("INK", "#2a3145", "BACK", "#eef1f8", "CARD", "#ffffff", "SOFT", "#9aa3b8", "ACCENT", "#2b5fd9"),
	"dark":  strings.NewReplacer("INK", "#e6e9f2", "BACK", "#20242f", "CARD", "#2e3442", "SOFT", "#8b94a9", "ACCENT", "#6d9bff"),
}

func main() {
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	drawings, err := filepath.Glob(filepath.Join(os.Args[1], "src", "*.svg"))
	if err != nil || len(drawings) == 0 {
		log.Fatal("no drawings found; give the pictures folder")
	}
	for _, svg := range drawings {
		for name, colors := range palettes {
			out := filepath.Join(os.Args[1], strings.TrimSuffix(filepath.Base(svg), ".svg")+"-"+name+".png")
			if err := render(ctx, svg, colors, out); err != nil {
				log.Fatalf("%s: %v", svg, err)
			}
		}
	}
}

func render(ctx context.Context, svg string, colors *strings.Replacer, out string) error {
	drawing, err := os.ReadFile(svg)
	if err != nil {
		return err
	}
	page := `<!doctype html><style>body{margin:0}svg{display:block;width:720px;height:130px}</style>` + colors.Replace(string(drawing))
	file := out + ".html"
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		return err
	}
	defer os.Remove(file)
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	err = chromedp.Do(ctx, chromedp.EmulateViewport(720, 200, chromedp.EmulateScale(2)), chromedp.Navigate("file://"+abs))
	if err != nil {
		return err
	}
	png, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS("svg")))
	if err != nil {
		return err
	}
	return os.WriteFile(out, png, 0o644)
}

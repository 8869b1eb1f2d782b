package verify_test

import (
	"bytes"
	"slices"
	"strings"

	"fleetmigrate/packaging/verify"
)

// descriptionDamage is done to what Installer reads before anything else.
func descriptionDamage() map[string]damage {
	inInfo := func(old, with string) func(*fixture) {
		return func(f *fixture) { f.packageInfo = strings.Replace(f.packageInfo, old, with, 1) }
	}
	inDistribution := func(old, with string) func(*fixture) {
		return func(f *fixture) { f.distribution = strings.Replace(f.distribution, old, with, 1) }
	}
	return map[string]damage{
		"reference to no component": {func(f *fixture) { f.distribution = strings.Replace(f.distribution, "#base.pkg", "#other.pkg", 1) }, verify.LayerDistribution, `"other.pkg", which is not in the archive`},
		"versions disagree": {func(f *fixture) {
			f.packageInfo = strings.Replace(f.packageInfo, `none" version="1.0"`, `none" version="1.1"`, 1)
		}, verify.LayerDistribution, "its PackageInfo says 1.1"},
		"choice without a package": {func(f *fixture) {
			f.distribution = strings.Replace(f.distribution, `<pkg-ref id="com.example.pkg"/>`, `<pkg-ref id="com.gone"/>`, 1)
		}, verify.LayerDistribution, `"com.gone", which no pkg-ref gives a file for`},
		"numberOfFiles":                {func(f *fixture) { f.packageInfo = strings.Replace(f.packageInfo, `"16"`, `"17"`, 1) }, verify.LayerPackageInfo, "numberOfFiles is 17, the Payload has 16"},
		"script that is not there":     {func(f *fixture) { f.scripts = f.scripts[:1] }, verify.LayerPackageInfo, "which is not in Scripts"},
		"script never run":             {func(f *fixture) { f.scripts = append(f.scripts, script("./preinstall", "#!/bin/sh\n")) }, verify.LayerPackageInfo, "does not name the script preinstall"},
		"choice that is not there":     {inDistribution(`<line choice="com.example.pkg"/>`, `<line choice="com.gone"/>`), verify.LayerDistribution, `the choice "com.gone", which is not there`},
		"Distribution of another kind": {func(f *fixture) { f.distribution = "<installer/>" }, verify.LayerDistribution, "its root is <installer>"},
		"processors of no Mac":         {inDistribution("arm64,x86_64", "arm64,amd64"), verify.LayerDistribution, `hostArchitectures names "amd64"`},
		"PackageInfo of another kind":  {func(f *fixture) { f.packageInfo = "<pkg/>" }, verify.LayerPackageInfo, "its root is <pkg>"},
		"PackageInfo that is no XML":   {inInfo("</pkg-info>", ""), verify.LayerPackageInfo, "not the XML it should be"},
		"no identifier":                {inInfo(`identifier="com.example.pkg"`, ""), verify.LayerPackageInfo, "lacks an identifier"},
		"bundle that is not there":     {inInfo("Example.app", "Other.app"), verify.LayerPackageInfo, "lists the bundle ./opt/example/Other.app"},
	}
}

func bomDamage() map[string]damage {
	return map[string]damage{
		"Bom without a free list":  {func(f *fixture) { f.editBom = noFreeList }, verify.LayerBom, "no free list"},
		"Bom out of order":         {func(f *fixture) { f.bom.reverse = true }, verify.LayerBom, "is out of order"},
		"Bom with zip's checksums": {func(f *fixture) { f.bom.ieee = true }, verify.LayerBom, "has the POSIX cksum"},
		"Bom with another size":    {changeBom(func(n *node) { n.body += "!" }), verify.LayerBom, "bytes, the Bom says"},
		"Bom with another mode":    {changeBom(func(n *node) { n.mode = 0o100600 }), verify.LayerBom, "is mode 100644, the Bom says 100600"},
		"Bom lacks a path":         {func(f *fixture) { f.bomNodes = f.nodes[:len(f.nodes)-1] }, verify.LayerBom, "does not list opt/example/Grüße 漢字"},
		"Bom has a path too many": {func(f *fixture) {
			f.bomNodes = append(slices.Clone(f.nodes), node{path: "./opt/ghost", mode: 0o100644})
		}, verify.LayerBom, "lists opt/ghost, which is not in the Payload"},
		"Bom of one overlong leaf": {func(f *fixture) { f.bom.oneLeaf = true; many(f, 600) }, verify.LayerBom, "claims 616 entries"},
		"Bom that counts wrong":    {func(f *fixture) { f.editBom = bomWord(12, 9999) }, verify.LayerBom, "the header says 9999 blocks"},
		"Bom whose index lies far": {func(f *fixture) { f.editBom = bomWord(16, 1<<31) }, verify.LayerBom, "outside its"},
		"Bom of a broken chain":    {func(f *fixture) { f.bom.brokenChain = true; many(f, 600) }, verify.LayerBom, "the branch says"},
		"Bom of a huge file":       {func(f *fixture) { f.bomNodes = slices.Clone(f.nodes); f.bomNodes[15].large = 5_000_000_000 }, verify.LayerBom, "the Bom says 5000000000"},
		"Bom of another link":      {func(f *fixture) { f.bomNodes = slices.Clone(f.nodes); f.bomNodes[13].body = "bin/other" }, verify.LayerBom, `the Bom says "bin/other"`},
		"Bom of another owner":     {changeBom(func(n *node) { n.uid = 501 }), verify.LayerBom, "the Bom says 501:0"},
		"Bom of nothing":           {func(f *fixture) { f.editBom = func([]byte) []byte { return []byte("BOM") } }, verify.LayerBom, "does not begin with a BOMStore header"},
	}
}

func payloadDamage() map[string]damage {
	return map[string]damage{
		"gzip stream changed": {func(f *fixture) { f.editGzip = flip(30) }, verify.LayerGzip, "broken after"},
		"two gzip members": {func(f *fixture) {
			f.editGzip = func(raw []byte) []byte { return append(raw, gzipped([]byte("more"))...) }
		}, verify.LayerGzip, "a second gzip member follows"},
		"cpio of another kind": {func(f *fixture) { f.editCpio = func(raw []byte) []byte { return append([]byte("070701"), raw[6:]...) } }, verify.LayerCpio, "newc format"},
		"cpio field too wide":  {func(f *fixture) { f.nodes[1].uid = 1 << 20 }, verify.LayerCpio, "header at byte 78"},
		"cpio without a trailer": {func(f *fixture) {
			f.editCpio = func(raw []byte) []byte { return raw[:bytes.Index(raw, []byte("TRAILER"))-76] }
		}, verify.LayerCpio, "without a trailer"},
		"path that leads out":        {func(f *fixture) { f.nodes[15].path = "./opt/../../etc/passwd" }, verify.LayerCpio, "could lead out"},
		"file before its folder":     {func(f *fixture) { f.nodes[5], f.nodes[6] = f.nodes[6], f.nodes[5] }, verify.LayerCpio, "comes before its folder"},
		"path twice":                 {func(f *fixture) { f.nodes = append(f.nodes, f.nodes[15]) }, verify.LayerCpio, "is in it twice"},
		"anybody may write":          {func(f *fixture) { f.nodes[15].mode = 0o100666 }, verify.LayerPermissions, "any user could replace it"},
		"Info.plist cut short":       {func(f *fixture) { f.nodes[10].body = infoPlist[:100] }, verify.LayerPlist, "cannot be read"},
		"job starts nothing":         {func(f *fixture) { f.nodes[3].body = daemonPlist("com.example.agent", "/opt/example/bin/agents") }, verify.LayerLaunchd, "which no component installs"},
		"job others can change":      {func(f *fixture) { f.nodes[3].mode = 0o100664 }, verify.LayerLaunchd, "launchd loads only what root alone can write"},
		"daemon others can change":   {func(f *fixture) { f.nodes[7].mode = 0o100775 }, verify.LayerLaunchd, "which others can write"},
		"program changed":            {func(f *fixture) { f.nodes[7].body = string(flip(0x4000 + 0x1800)([]byte(f.nodes[7].body))) }, verify.LayerMachO, "was changed after it was signed"},
		"program not signed":         {func(f *fixture) { f.nodes[7].body = string(fat(thin(x86, false), thin(arm, false))) }, verify.LayerMachO, "the kernel of an Apple silicon Mac kills it"},
		"program cut short":          {func(f *fixture) { f.nodes[7].body = f.nodes[7].body[:20000] }, verify.LayerMachO, "slice claims bytes"},
		"script of Windows":          {func(f *fixture) { f.scripts[1] = script("./postinstall", "#!/bin/sh\r\n") }, verify.LayerScript, "as Windows does"},
		"script that cannot run":     {func(f *fixture) { f.scripts[1].mode = 0o100644 }, verify.LayerScript, "is not executable"},
		"script without interpreter": {func(f *fixture) { f.scripts[1] = script("./postinstall", "echo hello\n") }, verify.LayerScript, "does not begin with #!"},
		"gzip cut short":             {func(f *fixture) { f.editGzip = func(raw []byte) []byte { return raw[:len(raw)-4] } }, verify.LayerGzip, "unexpected EOF"},
		"no archive":                 {func(f *fixture) { f.editGzip = func([]byte) []byte { return []byte("short") } }, verify.LayerGzip, "are no archive"},
		"data behind the trailer":    {func(f *fixture) { f.editCpio = func(raw []byte) []byte { return append(raw, "more"...) } }, verify.LayerCpio, "data follows the trailer"},
		"folder with data":           {func(f *fixture) { f.nodes[1].body = "data" }, verify.LayerCpio, "has 4 bytes of data"},
		"link to nowhere":            {func(f *fixture) { f.nodes[13].body = "" }, verify.LayerCpio, "has a target of 0 bytes"},
		"file below a file":          {func(f *fixture) { f.nodes = append(f.nodes, node{path: "./opt/example/empty/x", mode: 0o100644}) }, verify.LayerCpio, "below something that is not a folder"},
		"job without a label":        {func(f *fixture) { f.nodes[3].body = daemonPlist("", "/opt/example/bin/agent") }, verify.LayerLaunchd, "has no Label"},
		"job of a relative path":     {func(f *fixture) { f.nodes[3].body = daemonPlist("com.example.agent", "bin/agent") }, verify.LayerLaunchd, "is not an absolute path"},
		"job of a plain file":        {func(f *fixture) { f.nodes[7].mode = 0o100644 }, verify.LayerLaunchd, "which is not executable"},
		"app without a program":      {func(f *fixture) { f.nodes[12].mode = 0o100644 }, verify.LayerPlist, "missing or not executable"},
		"app without an id":          {func(f *fixture) { f.nodes[10].body = strings.Replace(infoPlist, "CFBundleIdentifier", "CFBundleId", 1) }, verify.LayerPlist, "lacks CFBundleIdentifier"},
		"slices out of place":        {func(f *fixture) { f.nodes[7].body = string(fatAt(4097)) }, verify.LayerMachO, "is not aligned to 2^12"},
		"slice of another kind":      {func(f *fixture) { f.nodes[7].body = string(fat(thin(arm, true), thin(arm, true))) }, verify.LayerMachO, "the image is for"},
	}
}

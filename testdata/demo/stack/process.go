package stack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is one program of the stack.
type Process struct {
	Name string
	cmd  *exec.Cmd
	log  *Log
	url  chan string
	done chan struct{}
	err  error
	wg   sync.WaitGroup
}

// stopWithin is how long a program may take to end after SIGTERM.
const stopWithin = 5 * time.Second

// start runs a program as somebody, nil being this process's own user, with
// exactly this environment. What it prints goes to the log, line by line.
func start(log *Log, name string, who *syscall.Credential, env []string, argv ...string) (*Process, error) {
	p := &Process{Name: name, log: log, url: make(chan string, 1), done: make(chan struct{})}
	p.cmd = exec.Command(argv[0], argv[1:]...)
	p.cmd.Env = env
	p.cmd.Dir = "/"
	p.cmd.SysProcAttr = attributes()
	p.cmd.SysProcAttr.Credential = who
	out, err1 := p.cmd.StdoutPipe()
	errs, err2 := p.cmd.StderrPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	p.wg.Add(2)
	go p.read(out)
	go p.read(errs)
	go p.wait()
	return p, nil
}

func (p *Process) read(r io.Reader) {
	defer p.wg.Done()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if url, ok := strings.CutPrefix(line, "listening on "); ok {
			select {
			case p.url <- strings.TrimSuffix(url, "/"):
			default:
			}
			continue
		}
		p.log.Add(p.Name, line)
	}
}

func (p *Process) wait() {
	p.wg.Wait()
	p.err = p.cmd.Wait()
	close(p.done)
}

// URL waits for the address that a server prints first.
func (p *Process) URL(ctx context.Context) (string, error) {
	select {
	case url := <-p.url:
		return url, nil
	case <-p.done:
		return "", fmt.Errorf("%s ended before it listened: %w; its last words: %s", p.Name, p.err, p.log.Last(p.Name))
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for %s to listen: %w", p.Name, ctx.Err())
	}
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// PID is the program's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stop asks the program to end, and makes it.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopWithin):
		p.log.Add(p.Name, "did not stop in time and was killed")
		p.Kill()
	}
}

// Kill ends the program at once, as a crash does.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

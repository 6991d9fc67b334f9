#!/usr/bin/env python3
"""The nets of ./cambium bench in PyTorch, on the same work.

    pytorch_bench.py [--precision float32|tf32] [--mode eager|compile|compile-graphs] [--json FILE]
    pytorch_bench.py --turns ...

The first measures by itself and prints a table. The second is a contender of `bench --program`: it
writes READY or NONE, then answers a line such as "convnet training" with "DONE IMAGES_PER_SECOND".

A training step brings a batch from pinned memory of the host, goes forward and backward and updates
by AdamW (fused); inference brings a batch there and its scores back. Each work runs with the layout
of images, channels last or first, that is faster for it; compiled ones channels last.
"""

import argparse
import json
import statistics
import sys
import time

CLASSES = 10
SIDE = 32
PRODUCTS = (512, 1024, 2048)
MODELS = ("convnet", "resnet20")
WARM_UP_STEPS = 15
TRIAL_STEPS = 30


def convnet(nn):
    """conv3x3-32, batch norm, ReLU, twice, pool; the same with 64; linear 256, dropout, linear."""

    def stage(before, channels):
        return [
            nn.Conv2d(before, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        ]

    return nn.Sequential(
        *stage(3, 32),
        *stage(32, 64),
        nn.Flatten(),
        nn.Linear(64 * (SIDE // 4) ** 2, 256),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Linear(256, CLASSES),
    )


def resnet20(nn):
    """The residual net of 20 layers; a 1x1 convolution and batch norm where the shape changes."""

    class Block(nn.Module):
        def __init__(self, before, channels, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(before, channels, 3, stride=stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.relu = nn.ReLU(inplace=True)
            self.shortcut = nn.Identity()
            if stride != 1:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(before, channels, 1, stride=stride, bias=False),
                    nn.BatchNorm2d(channels),
                )

        def forward(self, x):
            y = self.relu(self.bn1(self.conv1(x)))
            return self.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    before = 16
    for channels in (16, 32, 64):
        for _ in range(3):
            layers.append(Block(before, channels, 1 if before == channels else 2))
            before = channels
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES)]
    return nn.Sequential(*layers)


FACTORIES = {"convnet": convnet, "resnet20": resnet20}
WEIGHT_DECAY = {"convnet": 0.2, "resnet20": 0.05}


class Work:
    """A net in one layout, ready to train and to infer."""

    def __init__(self, torch, arguments, model, channels_last):
        self.torch = torch
        self.arguments = arguments
        self.device = torch.device(arguments.device)
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        torch.manual_seed(1)
        self.net = FACTORIES[model](torch.nn).to(self.device).to(memory_format=self.layout)
        self.parameters = sum(p.numel() for p in self.net.parameters())
        self.batches = [self.batch() for _ in range(min(arguments.steps, 20))]
        weights = [p for p in self.net.parameters() if p.dim() > 1]
        others = [p for p in self.net.parameters() if p.dim() <= 1]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": weights, "weight_decay": WEIGHT_DECAY[model]},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=0.003,
            **({"fused": True} if self.device.type == "cuda" else {}),
        )
        self.loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
        self.run = self.net
        if arguments.mode == "compile":
            self.run = torch.compile(self.net)
        elif arguments.mode == "compile-graphs":
            self.run = torch.compile(self.net, mode="reduce-overhead")

    def batch(self):
        """Random images and labels in memory of the host that the device reads by itself."""
        torch = self.torch
        images = torch.randn(self.arguments.batch, 3, SIDE, SIDE)
        images = images.contiguous(memory_format=self.layout)
        labels = torch.arange(self.arguments.batch) % CLASSES
        if self.device.type == "cuda":
            return images.pin_memory(), labels.pin_memory()
        return images, labels

    def mark_step(self):
        if self.arguments.mode == "compile-graphs":
            self.torch.compiler.cudagraph_mark_step_begin()

    def train(self, steps):
        self.net.train()
        for step in range(steps):
            images, labels = self.batches[step % len(self.batches)]
            images = images.to(self.device, non_blocking=True)
            labels = labels.to(self.device, non_blocking=True)
            self.mark_step()
            loss = self.loss(self.run(images), labels)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()

    def infer(self, steps):
        self.net.eval()
        with self.torch.no_grad():
            for step in range(steps):
                images = self.batches[step % len(self.batches)][0]
                self.mark_step()
                self.run(images.to(self.device, non_blocking=True)).cpu()

    def synchronize(self):
        if self.device.type == "cuda":
            self.torch.cuda.synchronize()

    def images_per_second(self, kind, steps):
        work = self.train if kind == "training" else self.infer
        self.synchronize()
        start = time.perf_counter()
        work(steps)
        self.synchronize()
        return self.arguments.batch * steps / (time.perf_counter() - start)


def layouts(mode):
    """Those to choose from; a compiler takes too long to do everything twice."""
    return ("channels last", "channels first") if mode == "eager" else ("channels last",)


class Contender:
    """All work, each in its faster layout."""

    def __init__(self, torch, arguments):
        self.torch = torch
        self.arguments = arguments
        self.chosen = {}
        self.parameters = {}
        self.products = {}
        for model in arguments.models:
            works = {
                layout: Work(torch, arguments, model, layout == "channels last")
                for layout in layouts(arguments.mode)
            }
            self.parameters[model] = works["channels last"].parameters
            for kind in ("forward", "training"):
                speeds = {}
                for name, work in works.items():
                    work.images_per_second(kind, arguments.warm_up)
                    speeds[name] = work.images_per_second(kind, arguments.trial)
                best = max(speeds, key=speeds.get)
                self.chosen[model + " " + kind] = (best, works[best])

    def choices(self):
        return ", ".join(f"{task} {layout}" for task, (layout, _) in self.chosen.items())

    def speed(self, task):
        """GFLOP/s or images/s; None for work that is not done here."""
        if task.startswith("GEMM "):
            return self.gigaflops(int(task.split()[1]))
        if task not in self.chosen:
            return None
        _, work = self.chosen[task]
        return work.images_per_second(task.split()[1], self.arguments.steps)

    def gigaflops(self, size):
        torch = self.torch
        if size not in self.products:
            device = torch.device(self.arguments.device)
            self.products[size] = [torch.randn(size, size, device=device) for _ in range(3)] + [1]
        a, b, c, repeats = self.products[size]
        synchronize = torch.cuda.synchronize if self.arguments.device == "cuda" else lambda: None
        synchronize()
        start = time.perf_counter()
        for _ in range(repeats):
            torch.mm(a, b, out=c)
        synchronize()
        seconds = time.perf_counter() - start
        self.products[size][3] = max(1, int(repeats * 0.1 / seconds + 1))
        return 2.0 * size**3 * repeats / seconds * 1e-9

    def tasks(self):
        return [f"GEMM {size}" for size in PRODUCTS] + list(self.chosen)


def prepared(arguments):
    """PyTorch with its switches set, or why it cannot work here."""
    try:
        import torch
    except Exception as error:  # a broken installation raises more than ImportError
        return None, f"no PyTorch: {first_line(error)}"
    if arguments.device == "cuda" and not torch.cuda.is_available():
        return None, f"PyTorch {torch.__version__} finds no GPU"
    tf32 = arguments.precision == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    return torch, None


def first_line(error):
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]


def description(torch, contender):
    device = contender.arguments.device
    name = torch.cuda.get_device_name(0) if device == "cuda" else device
    parameters = ", ".join(f"{model} {count}" for model, count in contender.parameters.items())
    return (
        f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, "
        f"cuDNN {torch.backends.cudnn.version()}, {name}; parameters {parameters}; "
        f"layouts {contender.choices()}"
    )


def take_turns(contender):
    for line in sys.stdin:
        speed = contender.speed(line.strip())
        print("DONE none" if speed is None else f"DONE {speed:.3f}", flush=True)


def measure(contender, rounds):
    """Medians of rounds in which all tasks take turns; the first round does not count."""
    speeds = {task: [] for task in contender.tasks()}
    for number in range(rounds + 1):
        for task, values in speeds.items():
            speed = contender.speed(task)
            if number > 0:
                values.append(speed)
    return speeds


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precision", choices=("float32", "tf32"), default="float32")
    parser.add_argument("--mode", choices=("eager", "compile", "compile-graphs"), default="eager")
    parser.add_argument("--models", default=",".join(MODELS), help="separated by commas")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=200, help="batches of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=WARM_UP_STEPS, help="steps before any clock")
    parser.add_argument("--trial", type=int, default=TRIAL_STEPS, help="steps to choose a layout by")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--turns", action="store_true", help="do what lines of the input ask for")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    arguments.models = arguments.models.split(",")
    for model in arguments.models:
        if model not in FACTORIES:
            parser.error(f"--models takes {', '.join(MODELS)}, got '{model}'")
    return arguments


def main():
    arguments = parsed()
    name = f"PyTorch {arguments.mode} {arguments.precision}"
    torch, reason = prepared(arguments)
    contender = None
    if torch is not None:
        try:
            contender = Contender(torch, arguments)
        except Exception as error:  # whatever a driver, a library or a compiler of it may raise
            reason = f"failed: {type(error).__name__}: {first_line(error)}"
    if contender is None:
        print(f"NONE {name}: {reason}", flush=True)
        return 1
    print(f"READY {name}: {description(torch, contender)}", flush=True)
    if arguments.turns:
        take_turns(contender)
        return 0
    speeds = measure(contender, arguments.rounds)
    for task, values in speeds.items():
        print(f"{task}: {statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"name": name, "about": description(torch, contender), "speeds": speeds}, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())

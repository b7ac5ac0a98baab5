// The worker of a track: the whole loop, from frames to frames, so that a busy window delays nothing.
// It asks the model's engine, which is in a worker of its own, through a channel between the two.

import { drawableToInput } from '../drawables.js';
import type { EngineInput, ModelInfo } from '../engine/engine.js';
import { WorkerLink } from '../engine/link.js';
import { FiligreeError } from '../errors.js';
import { closeFrames } from '../frames/frame_part.js';
import type { ImageInput } from '../images.js';
import type { Drawable } from '../pictures.js';
import type { Port } from '../platform/platform.js';
import { channelPort, hostPort } from '../platform/workers.js';
import { type TensorInfo, tensorsOf } from '../tensors.js';
import { BackgroundDrawer } from './background.js';
import type { Look } from './compositor.js';
import { framesOfStream } from './frames.js';
import {
  type EffectOrder,
  type FromTrack,
  kTrackWorkerName,
  packThrown,
  type ToTrack,
  type TrackOrder,
} from './messages.js';
import { drawOfModule } from './module.js';
import type { FrameInput } from './process_track.js';
import { streamSink } from './sink.js';
import { type Draw, type Run, TrackLoop } from './track_loop.js';

class TrackWorker {
  readonly #port: Port;
  #loop: TrackLoop | undefined;
  #link: WorkerLink | undefined;
  #background: BackgroundDrawer | undefined;
  #input: FrameInput = {};
  /** The latest one, which may come before the background does. */
  #look: Look | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage = (message) => this.#receive(message as ToTrack);
    // What a module that draws does not catch is its own mistake, and not the end of the track.
    globalThis.addEventListener('error', (event) => {
      event.preventDefault();
      this.#tell({ error: packThrown(event.error) });
    });
    this.#tell({ ready: true });
  }

  #receive(message: ToTrack): void {
    if ('start' in message) void this.#work(message.start);
    else if ('model' in message) this.#use(message.model, message.channel);
    else if ('ended' in message) this.#link?.close(FiligreeError.fromJSON(message.ended));
    else if ('look' in message) this.#show(message.look);
    else if ('stop' in message) this.#loop?.stop();
  }

  async #work({ readable, writable, input, effect, ...options }: TrackOrder): Promise<void> {
    this.#input = input;
    const draw = effect && this.#draw(effect);
    const frames = framesOfStream(readable);
    this.#loop = new TrackLoop(
      frames,
      streamSink(writable),
      { ...options, draw },
      {
        onStatistics: (statistics) =>
          this.#tell({ statistics, compositor: this.#background?.compositor.name }),
        onError: (error) => this.#tell({ error: packThrown(error) }),
        onModelGone: () => this.#tell({ modelGone: true }),
      },
    );
    await this.#loop.work().finally(() => this.#tell({ ended: true }));
  }

  #draw(effect: EffectOrder): Draw {
    if ('draw' in effect) return drawOfModule(effect.draw);
    const background = new BackgroundDrawer(this.#look ?? effect.look, effect.compositor);
    this.#background = background;
    return (context, frame, outputs) => background.draw(context, frame, outputs);
  }

  #show(look: Look): void {
    this.#look = look;
    if (this.#background) this.#background.look = look;
  }

  #use(info: ModelInfo, channel: MessagePort): void {
    this.#link = new WorkerLink(channelPort(channel));
    this.#loop?.use(runOf(this.#link, info, this.#input));
  }

  #tell(message: FromTrack): void {
    this.#port.post(message, []);
  }
}

function runOf(link: WorkerLink, { inputs, outputs }: ModelInfo, input: FrameInput): Run {
  return async ({ image }) => {
    const given = inputsOf({ image, ...input }, inputs);
    const data = await link.run(given, []).finally(() => closeFrames(given));
    return tensorsOf(outputs, data);
  };
}

function inputsOf(picture: ImageInput & { image: Drawable }, inputs: TensorInfo[]): EngineInput[] {
  if (inputs.length !== 1) {
    throw new FiligreeError('bad-input', `the model takes ${inputs.length} inputs, got 1: a frame`);
  }
  const [info] = inputs;
  const input = drawableToInput(picture, info, `input ${JSON.stringify(info.name)}`);
  return ['frame' in input ? { ...input, frame: input.frame.clone() } : input];
}

/** Where this script is the program of a track's worker, does that work. */
export function serveTrack(): void {
  const port = hostPort(kTrackWorkerName);
  if (port) new TrackWorker(port);
}

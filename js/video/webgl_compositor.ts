// The compositor on the GPU: refines the mask, blurs what is not person, and puts both together.

import { type Canvas, makeCanvas, resizeCanvas } from '../canvas.js';
import { type Compositor, type Look, partBehind } from './compositor.js';
import type { Frame } from './frames.js';
import type { Mask } from './mask.js';
import { kBlur, kCompose, kCut, kRefine, kVertex } from './shaders.js';

/** The mask is refined at half the frame's resolution, the background is blurred at a quarter. */
const kRefinedShare = 1 / 2;
const kBlurredShare = 1 / 4;
/** How much a difference in colour tells: at 0.2 (of 1) in each channel, a neighbour counts little. */
const kLikeness = 40;
/** The blur's taps reach 12 pixels of the quarter, 3 standard deviations. */
const kMostSigma = 4;

/** A texture, and the framebuffer that draws on it. */
interface Target {
  texture: WebGLTexture;
  framebuffer: WebGLFramebuffer;
  width: number;
  height: number;
}

type ProgramName = 'refine' | 'cut' | 'blur' | 'compose';

type Uniform =
  | number
  | boolean
  | readonly [number, number]
  | readonly [number, number, number, number];

/** Some browsers emulate a GPU without calling that a major performance caveat. */
function isEmulated(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(renderer));
}

export class WebglCompositor implements Compositor {
  readonly name = 'WebGL2';
  readonly #canvas = makeCanvas(1, 1);
  readonly #gl: WebGL2RenderingContext;
  #programs: Record<ProgramName, WebGLProgram>;
  #frame: WebGLTexture;
  #mask: WebGLTexture;
  #picture: WebGLTexture;
  #shownPicture: unknown;
  readonly #targets = new Map<string, Target>();
  #isLost = false;

  /**
   * @param onGpu whether one that the processor emulates will not do
   * @returns undefined where there is no such WebGL2
   */
  static make(onGpu: boolean): WebglCompositor | undefined {
    try {
      return new WebglCompositor(onGpu);
    } catch {
      return undefined;
    }
  }

  private constructor(onGpu: boolean) {
    const options = {
      ...{ alpha: false, antialias: false, depth: false, powerPreference: 'low-power' },
      failIfMajorPerformanceCaveat: onGpu,
    };
    const gl = this.#canvas.getContext('webgl2', options) as WebGL2RenderingContext | null;
    if (!gl) throw new Error('no WebGL2');
    if (onGpu && isEmulated(gl)) {
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      throw new Error('no GPU');
    }
    this.#gl = gl;
    [this.#programs, this.#frame, this.#mask, this.#picture] = this.#makeAll();
    this.#canvas.addEventListener('webglcontextlost', this.#lose);
    this.#canvas.addEventListener('webglcontextrestored', this.#restore);
  }

  get isUsable(): boolean {
    return !this.#isLost && !this.#gl.isContextLost();
  }

  draw(frame: Frame, mask: Mask, look: Look): Canvas {
    const { width, height } = frame;
    const gl = this.#gl;
    resizeCanvas(this.#canvas, width, height);
    this.#upload(this.#frame, frame.image);
    gl.bindTexture(gl.TEXTURE_2D, this.#mask);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const { R8, RED, UNSIGNED_BYTE, TEXTURE_2D } = gl;
    gl.texImage2D(TEXTURE_2D, 0, R8, mask.width, mask.height, 0, RED, UNSIGNED_BYTE, mask.data);

    const likeness = look.edge === 'refined' ? kLikeness : 0;
    const refined = this.#target('refined', width, height, kRefinedShare);
    const maskTexel = [1 / mask.width, 1 / mask.height] as const;
    this.#pass(
      'refine',
      refined,
      { frame: this.#frame, mask: this.#mask },
      { maskTexel, likeness },
    );
    const [behind, part, isCut] = this.#background(frame, look, refined.texture);
    const textures = { frame: this.#frame, mask: refined.texture, behind };
    this.#pass('compose', undefined, textures, { part, isCut });
    return this.#canvas;
  }

  dispose(): void {
    this.#canvas.removeEventListener('webglcontextlost', this.#lose);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restore);
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  /** The browser takes a context away when the GPU resets or others need it, and may give it back. */
  readonly #lose = (event: Event) => {
    event.preventDefault();
    this.#isLost = true;
  };

  readonly #restore = () => {
    this.#targets.clear();
    this.#shownPicture = undefined;
    [this.#programs, this.#frame, this.#mask, this.#picture] = this.#makeAll();
    this.#isLost = false;
  };

  /** The texture behind the person, the part of it to show, and whether the person is cut out. */
  #background(
    frame: Frame,
    { background }: Look,
    mask: WebGLTexture,
  ): [WebGLTexture, [number, number, number, number], boolean] {
    const gl = this.#gl;
    if (background.kind === 'image') {
      const { image } = background;
      if (this.#shownPicture !== image) this.#upload(this.#picture, image);
      this.#shownPicture = image;
      const [{ x, y, width, height }, whole] = partBehind(image, frame);
      return [
        this.#picture,
        [x / whole.width, y / whole.height, width / whole.width, height / whole.height],
        false,
      ];
    }
    if (background.kind === 'color') {
      const target = this.#target('color', 1, 1, 1);
      gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
      gl.clearColor(...background.color, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      return [target.texture, [0, 0, 1, 1], false];
    }
    const first = this.#target('first', frame.width, frame.height, kBlurredShare);
    const second = this.#target('second', frame.width, frame.height, kBlurredShare);
    this.#pass('cut', first, { frame: this.#frame, mask }, {});
    // Strong blurs take several rounds; their variances add up.
    const wanted = Math.max((background.radius / 2) * kBlurredShare, 0.1);
    const rounds = Math.ceil((wanted / kMostSigma) ** 2);
    const sigma = wanted / Math.sqrt(rounds);
    for (let round = 0; round < rounds; ++round) {
      const across = [1 / first.width, 0] as const;
      const down = [0, 1 / first.height] as const;
      this.#pass('blur', second, { frame: first.texture }, { stride: across, sigma });
      this.#pass('blur', first, { frame: second.texture }, { stride: down, sigma });
    }
    return [first.texture, [0, 0, 1, 1], true];
  }

  #upload(texture: WebGLTexture, image: TexImageSource): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
  }

  /** Draws one program over all of a target, or of the canvas. */
  #pass(
    name: ProgramName,
    target: Target | undefined,
    textures: Record<string, WebGLTexture>,
    uniforms: Record<string, Uniform>,
  ): void {
    const gl = this.#gl;
    const program = this.#programs[name];
    const { width, height } = target ?? this.#canvas;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target?.framebuffer ?? null);
    gl.viewport(0, 0, width, height);
    gl.useProgram(program);
    Object.entries(textures).forEach(([sampler, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(gl.getUniformLocation(program, sampler), unit);
    });
    gl.activeTexture(gl.TEXTURE0);
    for (const [uniform, value] of Object.entries(uniforms)) {
      const place = gl.getUniformLocation(program, uniform);
      if (typeof value === 'number') gl.uniform1f(place, value);
      else if (typeof value === 'boolean') gl.uniform1i(place, value ? 1 : 0);
      else if (value.length === 2) gl.uniform2fv(place, value);
      else gl.uniform4fv(place, value);
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #target(name: string, fullWidth: number, fullHeight: number, share: number): Target {
    const width = Math.max(1, Math.round(fullWidth * share));
    const height = Math.max(1, Math.round(fullHeight * share));
    const known = this.#targets.get(name);
    if (known?.width === width && known.height === height) return known;
    const gl = this.#gl;
    if (known) {
      gl.deleteTexture(known.texture);
      gl.deleteFramebuffer(known.framebuffer);
    }
    const texture = this.#makeTexture();
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    const framebuffer = gl.createFramebuffer() as WebGLFramebuffer;
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const target = { texture, framebuffer, width, height };
    this.#targets.set(name, target);
    return target;
  }

  #makeAll() {
    const programs = {
      refine: this.#makeProgram(kRefine),
      cut: this.#makeProgram(kCut),
      blur: this.#makeProgram(kBlur),
      compose: this.#makeProgram(kCompose),
    };
    return [programs, this.#makeTexture(), this.#makeTexture(), this.#makeTexture()] as const;
  }

  #makeTexture(): WebGLTexture {
    const gl = this.#gl;
    const texture = gl.createTexture() as WebGLTexture;
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }

  #makeProgram(fragment: string): WebGLProgram {
    const gl = this.#gl;
    const program = gl.createProgram() as WebGLProgram;
    for (const [type, source] of [
      [gl.VERTEX_SHADER, kVertex],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(type) as WebGLShader;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`a shader does not compile: ${gl.getProgramInfoLog(program)}`);
    }
    return program;
  }
}

// The programs of the WebGL2 compositor. Textures have their first row at the top of the picture, as
// the canvas is drawn upside down at the end.

export const kVertex = `#version 300 es
out vec2 at;
void main() {
  // One triangle that covers everything.
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  at = corner;
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const kHead = `#version 300 es
precision mediump float;
in vec2 at;
out vec4 result;
uniform sampler2D frame;
uniform sampler2D mask;
`;

/**
 * The mask, finer: each pixel takes its neighbours' in the coarse mask by how near they are and by
 * how much they look like itself (joint bilateral upsampling, Kopf et al. 2007).
 */
export const kRefine = `${kHead}
uniform vec2 maskTexel;
uniform float likeness;
void main() {
  vec3 own = texture(frame, at).rgb;
  vec2 sum = vec2(0.0);
  for (int y = -1; y <= 1; ++y) {
    for (int x = -1; x <= 1; ++x) {
      vec2 there = at + vec2(x, y) * maskTexel;
      vec3 difference = texture(frame, there).rgb - own;
      float weight = exp(-0.7 * float(x * x + y * y) - likeness * dot(difference, difference));
      sum += weight * vec2(texture(mask, there).r, 1.0);
    }
  }
  result = vec4(sum.x / sum.y);
}`;

/** What is not person, smaller; alpha is how much of it there is, so that no person bleeds in. */
export const kCut = `${kHead}
void main() {
  float share = 1.0 - texture(mask, at).r;
  result = vec4(texture(frame, at).rgb * share, share);
}`;

/** A Gaussian along one axis. */
export const kBlur = `${kHead}
uniform vec2 stride;
uniform float sigma;
void main() {
  vec4 sum = texture(frame, at);
  float weights = 1.0;
  for (int i = 1; i <= 12; ++i) {
    float weight = exp(-0.5 * float(i * i) / (sigma * sigma));
    sum += weight * (texture(frame, at + float(i) * stride) + texture(frame, at - float(i) * stride));
    weights += 2.0 * weight;
  }
  result = sum / weights;
}`;

/** The person before the background, upside down. */
export const kCompose = `${kHead}
uniform sampler2D behind;
uniform vec4 part;
uniform bool isCut;
void main() {
  vec2 there = vec2(at.x, 1.0 - at.y);
  vec4 background = texture(behind, part.xy + there * part.zw);
  if (isCut) background.rgb /= max(background.a, 0.004);
  float person = smoothstep(0.25, 0.75, texture(mask, there).r);
  result = vec4(mix(background.rgb, texture(frame, there).rgb, person), 1.0);
}`;

/* The map of a clip or a site: Leaflet draws our own GeoJSON, over the officer's own basemap if there is one, and
   loads nothing from elsewhere. The drawing below it is for browsers
   without script and for paper. Labels are inserted as text, never as markup. */
"use strict";

(() => {
  const place = document.getElementById("map");
  const drawing = document.getElementById("plan");
  if (!place || typeof L === "undefined") return;

  const text = (label) => {
    const span = document.createElement("span");
    span.dir = "auto";
    span.textContent = label;
    return span;
  };

  const classOf = (properties) =>
    [properties.kind, properties.zone && `zone-${properties.zone}`, properties.matched && "matched"]
      .filter(Boolean)
      .map((name) => `map-${name}`)
      .join(" ");

  const draw = (data, renderer) => {
    const style = (feature) => ({ className: classOf(feature.properties), renderer, weight: 1.5 });
    const errors = L.layerGroup();
    const shapes = L.geoJSON(data, {
      style,
      pointToLayer: (feature, where) => {
        const { kind, accuracy_m: accuracy } = feature.properties;
        if (accuracy) {
          errors.addLayer(L.circle(where, { radius: accuracy, className: "map-error", renderer, interactive: false }));
        }
        return L.circleMarker(where, { ...style(feature), radius: kind === "landmark" ? 6 : 5 });
      },
      onEachFeature: (feature, layer) => {
        if (feature.properties.label) layer.bindTooltip(text(feature.properties.label), { sticky: true });
      },
    });
    return { errors, shapes };
  };

  /* The view fits the sites; without one, everything. A position far away must not make the site a dot. */
  const boundsOf = (shapes) => {
    const sites = L.featureGroup();
    shapes.eachLayer((layer) => {
      if (layer.feature.properties.kind === "fence") sites.addLayer(layer);
    });
    return sites.getLayers().length ? sites.getBounds() : shapes.getBounds();
  };

  /* Leaflet empties the images of tiles with a data: address, which the policy of the console forbids. */
  const Tiles = L.TileLayer.extend({
    _abortLoading() {},
    _removeTile(key) {
      return L.GridLayer.prototype._removeTile.call(this, key);
    },
  });

  /* Basemaps lie under everything else, in a pane of their own; the officer can switch them off. */
  const basemapOf = (map, layers) => {
    map.createPane("basemap").style.zIndex = 150;
    const shown = layers.map((layer, zIndex) => {
      const options = { pane: "basemap", zIndex, bounds: layer.bounds };
      if (layer.image) return L.imageOverlay(layer.image, layer.bounds, options);
      const zooms = { minNativeZoom: layer.min_zoom, maxNativeZoom: layer.max_zoom, maxZoom: 30 };
      return new Tiles(layer.tiles, { ...options, ...zooms });
    });
    return L.layerGroup(shown);
  };

  const addBasemap = (map, layers) => {
    const basemap = basemapOf(map, layers);
    const mark = () => place.classList.toggle("has-basemap", map.hasLayer(basemap));
    map.on("layeradd layerremove", mark);
    basemap.addTo(map);
    const label = document.createElement("div");
    label.append(text(place.dataset.basemap));
    L.control.layers(null, { [label.innerHTML]: basemap }, { collapsed: false }).addTo(map);
  };

  const show = (data) => {
    place.hidden = false;
    place.setAttribute("aria-label", place.dataset.label);
    place.setAttribute("role", "application");
    const map = L.map(place, { attributionControl: false, zoomSnap: 0.25, fadeAnimation: false });
    const { errors, shapes } = draw(data, L.svg({ padding: 0.5 }));
    const bounds = boundsOf(shapes);
    if (!bounds.isValid()) {
      map.remove();
      place.hidden = true;
      return;
    }
    map.fitBounds(bounds.pad(0.15));
    if (data.basemaps) addBasemap(map, data.basemaps);
    errors.addTo(map);
    shapes.addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    if (drawing) drawing.open = false;
  };

  fetch(place.dataset.source, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(show)
    .catch(() => {
      place.hidden = true;
    });
})();

using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>The angiography page: what is decided (regions, figures, maps, scores) is here; the cine itself is drawn by cine-view.js from raw frames.</summary>
public sealed partial class Angiography : ComponentBase, IAsyncDisposable
{
    private const int MostRegions = 8;
    private const int MostCorners = 600;

    private readonly CancellationTokenSource _gone = new();
    private readonly List<DrawnRegion> _regions = [];
    private IJSObjectReference? _script;
    private DotNetObjectReference<Angiography>? _self;

    /// <summary>SOP Instance UIDs of what came while the page was open and was not looked at yet.</summary>
    private readonly HashSet<string> _came = new(StringComparer.Ordinal);
    private IReadOnlyList<ListedImage>? _images;
    private int _listing;
    private ListedImage? _chosen;
    private OpenRun? _open;
    private double? _fetched;
    private double? _mapped;
    private PerfusionParameter? _map;
    private MapScale? _scale;
    private bool _scoring;
    private ScoreScale? _scoreScale;
    private string _side = string.Empty;
    private string _reader = string.Empty;
    private string _words = string.Empty;
    private ShownScores? _shown;
    private string? _kept;
    private string? _says;
    private bool _isBad;

    /// <summary>Why the chosen image cannot be shown; null while it is or may be.</summary>
    private string? _refused;
    private bool _mayAsk;

    [Inject]
    public required BedsideContext Context { get; set; }

    [Inject]
    public required IJSRuntime Js { get; set; }

    private ReadingRoom? Room => Context.Angiograms;

    private ReadingRecord Readings => new(Context.Database, Context.Time);

    private string Heading => _chosen is not { } image ? "No image chosen"
        : $"{(image.Modality == "XA" ? "Angiogram" : "Film")}{(Leg(SideOf) is { Length: > 0 } leg ? $", {leg} leg" : "")}{((_open?.Image.Description ?? image.Description) is { Length: > 0 } said ? $": {said}" : "")}";

    private string Who => _chosen?.Patient ?? _open?.Image.PatientId ?? "no patient named";

    private string Sentence => _chosen is null ? _refused ?? (_images is { Count: 0 } ? "The archive holds no angiogram and no film." : "Choose one with Page Down.")
        : _fetched is { } share ? string.Create(CultureInfo.InvariantCulture, $"Fetching frames, {share * 100:0} %.")
        : _open is not { } open ? _refused ?? "This image cannot be shown."
        : open.Image.Frames == 1 ? (_chosen.Modality == "XA" ? "A single frame gives no curve." : "A film: the score is read from it.")
        : open.Run is null ? $"No figures: {open.Refusal.Sentence()}."
        : _regions.Count == 0 ? "Draw a region (D) to see its curve."
        : "Curves of the drawn regions; no limit is known that would tell ill from well.";

    /// <summary>The figures of a tile; one that is null stays empty.</summary>
    private static IEnumerable<(string Name, string Title, string Unit, Func<PerfusionResult, double?> Of)> Rows =>
    [
        ("arrival_s", "arrival", "s", f => f.ArrivalS), ("time_to_peak_from_arrival_s", "to peak, from arrival", "s", f => f.TimeToPeakFromArrivalS),
        ("time_to_peak_from_first_frame_s", "to peak, from frame 1", "s", f => f.TimeToPeakFromFirstFrameS), ("peak", "peak", "", f => f.Peak), ("wash_in_per_s", "wash-in", "/s", f => f.WashInPerS),
        ("width_s", "width at half", "s", f => f.WidthS), ("auc", "area", "s", f => f.Area), ("mean_transit_moment_s", "mean transit, moment", "s", f => f.MeanTransitMomentS),
        ("mean_transit_area_s", "mean transit, area", "s", f => f.MeanTransitAreaS),
    ];

    /// <summary>A width that the end of the run cuts off is at least what was seen.</summary>
    private static string Figure(string name, PerfusionResult figures, double? value) =>
        $"{(name == "width_s" && figures.Flags.HasFlag(PerfusionFlags.TailCutOff) ? ">" : "")}{Number(value)}";

    /// <summary>What was done to the run before its figures were read, with its numbers.</summary>
    private static IEnumerable<(string Words, bool Warns)> Done(OpenRun open)
    {
        if (open.Run is not { } run)
        {
            yield break;
        }

        (int first, int last) = (run.MaskFrames.Min() + 1, run.MaskFrames.Max() + 1);
        yield return ($"mask {(first == last ? $"frame {first}" : $"frames {first} to {last}")}, {(run.Flags.HasFlag(RunFlags.MaskChosen) ? "chosen here" : "named by the series")}", false);
        yield return run.Flags.HasFlag(RunFlags.MotionUnknown)
            ? ("motion unknown: plain border", true)
            : (string.Create(CultureInfo.InvariantCulture, $"{(run.Flags.HasFlag(RunFlags.MotionCorrected) ? "motion corrected" : "no motion")}, residual {run.ResidualPx:0.0} px"), false);
        if (run.Kept.Count < open.Image.Frames)
        {
            yield return ($"{open.Image.Frames - run.Kept.Count} of {open.Image.Frames} frames left out", true);
        }

        foreach (string doubt in RunFlagWords.Of(run.Flags & (RunFlags.TimesDoubtful | RunFlags.ExposureNormalised)))
        {
            yield return (doubt.Replace('_', ' '), true);
        }
    }

    protected override async Task OnInitializedAsync()
    {
        if (Room is not { } room)
        {
            return;
        }

        Context.Board.Changed += OnBoard;
        OnBoard();
        if (Context.Studies is { } studies)
        {
            studies.Changed += OnStudies;
        }

        try
        {
            _unreadable = await room.UnreadableAsync(_gone.Token);
            IReadOnlyList<ListedImage> images = await room.ListAsync(_gone.Token);
            _images ??= images;     // the feed may have been sooner
        }
        catch (AngiogramException away)
        {
            _refused = $"{char.ToUpperInvariant(away.Message[0])}{away.Message[1..]}.";
            _images = [];
        }

        await FirstAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && Room is not null)
        {
            _self = DotNetObjectReference.Create(this);
            IJSObjectReference script = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./cine-view.js");
            await script.InvokeVoidAsync("attach", _gone.Token, _self, Convert.ToBase64String(MapColours.Table));
            _script = script;
            await FirstAsync();
        }
    }

    /// <summary>The newest image stands there when the page does: as soon as both the list and the script have come.</summary>
    private async Task FirstAsync()
    {
        if (_script is not null && _chosen is null && _images is [var first, ..])
        {
            await ChooseAsync(first);
        }
    }

    /// <summary>A key that is not the cine's own.</summary>
    /// <param name="frame">The frame that stands on the screen, from 1.</param>
    [JSInvokable]
    public async Task OnKey(string key, int frame)
    {
        ArgumentNullException.ThrowIfNull(key);
        _says = null;
        try
        {
            await PressAsync(key, frame);
        }
        catch (FormatException refused)
        {
            Say($"Not done: {refused.Message}.", bad: true);
        }
        catch (Exception failed) when (failed is IOException or System.Data.Common.DbException)
        {
            Say("Not done: the record cannot be written; make room on the disk.", bad: true);
        }
        catch (ObjectDisposedException)
        {
            Say("Not done: the run was closed for another one; choose it again.", bad: true);
        }

        StateHasChanged();
    }

    /// <summary>A region was drawn: x, y, x, y … in pixels of the frame.</summary>
    [JSInvokable]
    public async Task OnRegion(double[] corners)
    {
        ArgumentNullException.ThrowIfNull(corners);
        _says = null;
        (double X, double Y)[] drawn = [.. corners.Chunk(2).Where(c => c.Length == 2).Select(c => (c[0], c[1]))];
        if (_open is not { } open)
        {
            return;
        }

        if (drawn.Length > MostCorners || _regions.Count >= MostRegions)
        {
            Say(drawn.Length > MostCorners ? "Not done: the line has too many corners." : $"Not done: at most {MostRegions} regions; X takes the last away.", bad: true);
        }
        else
        {
            try
            {
                PixelRegion region = PixelRegion.Polygon(drawn, open.Image.Columns, open.Image.Rows);
                _regions.Add(new DrawnRegion(drawn, region.Pixels, await Task.Run(() => open.Read(region), _gone.Token)));
                _kept = null;
            }
            catch (ArgumentException none)
            {
                Say($"Not done: {none.Message.Split(" (Parameter", StringSplitOptions.None)[0].TrimEnd('.')}.", bad: true);
            }
            catch (ObjectDisposedException)
            {
                Say("Not done: the run was closed for another one; choose it again.", bad: true);
            }
        }

        await CurvesAsync();
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        Context.Board.Changed -= OnBoard;
        if (Context.Studies is { } studies)
        {
            studies.Changed -= OnStudies;
        }

        await _gone.CancelAsync();
        if (_script is not null)
        {
            try
            {
                await _script.InvokeVoidAsync("detach");
                await _script.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // the page went
            }
        }

        _self?.Dispose();
        _gone.Dispose();
    }

    /// <summary>R or L: as the station has bound it, else as the header says; null while nobody knows.</summary>
    private string? SideOf => _chosen?.Side ?? _open?.Image.Laterality;

    private static string Leg(string? side) => side switch { "R" => "right", "L" => "left", _ => "" };

    private static string Number(double? value) => value is { } number ? number.ToString("0.00#", CultureInfo.InvariantCulture) : "";

    private static string ScaleTitle(ScoreScale scale) => scale switch
    {
        ScoreScale.SmallArteryDisease => "SAD 0–2",
        ScoreScale.CalcificationFerraresi => "MAC 0–2 (Ferraresi)",
        _ => "MAC 0–5 (pedal)",
    };

    private static string Meaning(ScoreScale scale, int score) => (scale, score) switch
    {
        (ScoreScale.SmallArteryDisease, 0) => "no disease",
        (ScoreScale.SmallArteryDisease, 1) => "narrow but patent",
        (ScoreScale.SmallArteryDisease, 2) => "occluded or extremely poor",
        (ScoreScale.CalcificationFerraresi, 0) => "absent",
        (ScoreScale.CalcificationFerraresi, 1) => "moderate",
        (ScoreScale.CalcificationFerraresi, 2) => "severe",
        _ => $"{score} of 5 territories",
    };

    private bool IsFilm => _open?.Image.Frames == 1;

    private IReadOnlyList<ScoreScale> Scales => ReaderScore.ScalesOn(_open?.Image.Modality);

    private async Task PressAsync(string key, int frame)
    {
        if (_scoring && await ScoreKeyAsync(key, frame))
        {
            return;
        }

        switch (key)
        {
            case "PageDown" or "PageUp" when _images is { Count: > 0 } images:
                int at = _chosen is null ? -1 : images.ToList().FindIndex(_chosen.IsSame);
                await ChooseAsync(images[Math.Clamp(at + (key == "PageDown" ? 1 : -1), 0, images.Count - 1)]);
                break;
            case "x" when _regions.Count > 0:
                _regions.RemoveAt(_regions.Count - 1);
                _kept = null;
                await CurvesAsync();
                break;
            case "m":
                await NextMapAsync();
                break;
            case "k":
                await KeepAsync();
                break;
            case "b":
                await BeforeAsync();
                break;
            case "g" when Scales.Count > 0:
                _scoring = true;
                _scoreScale = Scales[0];
                break;
            case "g":
                throw new FormatException($"no score is read on an image of modality {_open?.Image.Modality ?? "not said"}");
        }
    }

    /// <returns>True when the key was the scoring's.</returns>
    private async Task<bool> ScoreKeyAsync(string key, int frame)
    {
        switch (key)
        {
            case "Escape":
                _scoring = false;
                return true;
            case "r" or "l":
                _side = key.ToUpperInvariant();
                return true;
            case "t":
                _scoreScale = Scales[(Scales.ToList().IndexOf(_scoreScale!.Value) + 1) % Scales.Count];
                return true;
            case [>= '0' and <= '9'] when _open is { } open && _scoreScale is { } scale:
                ReaderScore score = ReaderScore.TryOf(ReaderScore.NameOf(scale), key[0] - '0', _words.Trim()) ?? throw new FormatException($"{ScaleTitle(scale)} has no {key}");
                await Readings.ScoreAsync(Guid.CreateVersion7(), new FrameReference(open.Image.Study, open.Image.Instance, open.Image.Modality, frame) { Side = open.Image.Laterality }, _side, score, _reader, _gone.Token);
                _scoring = false;
                _words = string.Empty;
                await ShowScoresAsync();
                Say(string.Create(CultureInfo.InvariantCulture, $"{ScaleTitle(scale)}: {score.Score} entered for the {Leg(_side)} leg, frame {frame}."), bad: false);
                return true;
            default:
                return false;
        }
    }

    private async Task ShowScoresAsync() => _shown = _open is { } open && _reader.Trim().Length > 0 ? await Readings.ShowAsync(open.Image.Study, _reader, _gone.Token) : null;

    /// <summary>Another person sits down: what the one before was shown is taken off the screen.</summary>
    private async Task ReaderChangedAsync()
    {
        _says = null;
        try
        {
            await ShowScoresAsync();
        }
        catch (FormatException none)
        {
            _shown = null;
            Say($"Not done: {none.Message}.", bad: true);
        }
    }

    /// <param name="again">Although the archive fell silent at it before.</param>
    private async Task ChooseAsync(ListedImage image, bool again = false)
    {
        (_chosen, _open, _map, _scale, _kept, _says, _scoring, _shown, _refused, _mayAsk) = (image, null, null, null, null, null, false, null, null, false);
        _came.Remove(image.Instance);
        _stated.Clear();
        _regions.Clear();
        _fetched = 0;

        // nothing of the picture before stands under the name of this one while it comes
        await (_script?.InvokeVoidAsync("open", _gone.Token, (object?)null) ?? ValueTask.CompletedTask);
        StateHasChanged();
        try
        {
            double told = 0;
            OpenRun open = await Room!.OpenAsync(image.Study, image.Series, image.Instance, Told, _gone.Token, again);
            if (!image.IsSame(_chosen))
            {
                return;
            }

            _open = open;
            _side = SideOf ?? string.Empty;
            await ShowScoresAsync();

            void Told(double share)
            {
                if (share - told >= 0.1)
                {
                    told = share;
                    _ = InvokeAsync(() =>
                    {
                        _fetched = image.IsSame(_chosen) && _open is null ? share : _fetched;
                        StateHasChanged();
                    });
                }
            }
        }
        catch (IOException)
        {
            _refused = "Its frames cannot be written: make room on the disk of the station.";
        }
        catch (AngiogramException unreadable)
        {
            if (!image.IsSame(_chosen))
            {
                return;     // another one is looked at by now
            }

            _mayAsk = unreadable is SilencedPictureException { MayAsk: true };
            _refused = $"{char.ToUpperInvariant(unreadable.Message[0])}{unreadable.Message[1..]}.";
        }

        _fetched = null;
        StateHasChanged();
        await (_script?.InvokeVoidAsync("open", _gone.Token, _open is null ? null : Descriptor(_open)) ?? ValueTask.CompletedTask);
        await CurvesAsync();
        StateHasChanged();
    }

    private async Task NextMapAsync()
    {
        if (_open is not { Run: not null } open)
        {
            throw new FormatException(_open is null ? "no run is open" : _open.Refusal.Sentence());
        }

        PerfusionParameter next = _map is { } shown ? (PerfusionParameter)(((int)shown + 1) % Enum.GetValues<PerfusionParameter>().Length) : PerfusionParameter.ArrivalS;
        if (_map is null)
        {
            _mapped = 0;
            StateHasChanged();
        }

        PerfusionMap map = await Task.Run(
            () => open.Map(share => _ = InvokeAsync(() =>
            {
                _mapped = _mapped is null ? null : share;
                StateHasChanged();
            })),
            _gone.Token);
        _mapped = null;
        if (_open != open)
        {
            return;
        }

        (_map, _scale) = (next, MapScale.Of(map[next]));
        StateHasChanged();
        if (_scale is { } scale)
        {
            await _script!.InvokeVoidAsync("map", _gone.Token, new { name = next.Name(), title = next.Title(), unit = next.Unit(), low = scale.Low, high = scale.High });
        }
        else
        {
            Say("No pixel of this run says anything for this map.", bad: false);
        }
    }

    /// <summary>Keeps regions, curves and maps as they were found, with everything they can be derived from again.</summary>
    private async Task KeepAsync()
    {
        OpenRun open = _open is { Run: not null } run ? run : throw new FormatException(_open is null ? "no run is open" : _open.Refusal.Sentence());
        if (_regions.Count == 0)
        {
            throw new FormatException("draw a region first");
        }

        string user = ReadingRecord.Named(_reader);
        string json = await Task.Run(() => RunAnalysis.Of(open, [.. _regions.Select(r => (IReadOnlyList<(double, double)>)r.Corners)]), _gone.Token);
        await Readings.KeepAsync(
            new KeptAnalysis
            {
                Entry = Guid.CreateVersion7(), Study = open.Image.Study, Series = open.Image.Series, Instance = open.Image.Instance, Method = RunAnalysis.Perfusion.Name, MethodVersion = RunAnalysis.Perfusion.Version,
                Json = json, User = user, AtUtcNs = UtcNs.Of(Context.Time.GetUtcNow()),
            },
            _gone.Token);
        _kept = $"kept by {user}, {RunAnalysis.Perfusion.Name} version {RunAnalysis.Perfusion.Version}";
    }

    private ValueTask CurvesAsync() => _script is null ? ValueTask.CompletedTask : _script.InvokeVoidAsync(
        "curves",
        _gone.Token,
        _regions.Select(Drawn),
        Comparison is { Holds: true } && _before is { } before ? before.Regions.Take(_regions.Count).Select(Drawn) : []);

    private static object Drawn(DrawnRegion region) => new
    {
        corners = region.Corners.SelectMany(c => new[] { c.X, c.Y }), seconds = region.Curve.Seconds, density = region.Curve.Density, smoothed = region.Curve.Smoothed,
        arrival = region.Curve.Figures.ArrivalS, peakAt = region.Curve.Figures.TimeToPeakFromFirstFrameS, peak = region.Curve.Figures.Peak,
    };

    private static object Descriptor(OpenRun open) => new
    {
        token = open.Token, frames = open.Image.Frames, rows = open.Image.Rows, columns = open.Image.Columns, bytes = open.Image.BitsAllocated / 8,
        seconds = open.Image.Run.Times?.Seconds.ToArray(), low = open.Window.Low, high = open.Window.High, inverted = open.Image.IsInverted,
        subtracted = open.Run is null ? null : new { zero = OpenRun.SubtractedZero, steps = open.StepsPerDensity, left = open.Run.Shifts.Select(s => s is null) },
        unit = open.Image.Run.Relationship == IntensityRelationship.Linear ? "natural density" : "density, stored unit",
    };

    private void Say(string words, bool bad) => (_says, _isBad) = (words, bad);

    internal sealed record DrawnRegion((double X, double Y)[] Corners, int Pixels, RegionCurve Curve);
}

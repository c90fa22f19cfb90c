using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>The bedside page: shows the board, and turns keys into acts. It keeps nothing of the examination but what is chosen on this screen.</summary>
public sealed partial class Capture : ComponentBase
{
    /// <summary>The page is drawn anew at most this often; traces are drawn by the browser itself.</summary>
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ActDeadline = TimeSpan.FromSeconds(15);
    private static readonly double[] Gains = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];
    private static readonly double[] Speeds = [1, 2, 5, 10, 20, 50, 100];

    private readonly CancellationTokenSource _gone = new();
    private IJSObjectReference? _script;
    private DotNetObjectReference<Capture>? _self;
    private string _page = string.Empty;
    private string? _told;
    private int _redrawing;
    private string? _chosen;
    private string? _refusal;
    private IReadOnlyList<GivenUp>? _reasons;
    private char _armed;
    private Guid _shown;
    private bool _owedOpen;
    private double _gain = 1;

    [Inject]
    public required BedsideContext Context { get; set; }

    [Inject]
    public required IJSRuntime Js { get; set; }

    private BedsideView? View => Context.Board.View;

    /// <summary>The running step, else the one chosen here, else the first undecided one.</summary>
    private string? Focus => View?.Run is { IsLive: true } run ? run.Step : _chosen ?? View?.Focus;

    private StepView? Step => View?.Step(Focus);

    /// <summary>The step whose traces are shown: what runs or is held, else what comes next.</summary>
    private StepView? Shown => View is null ? null : View.Step(Run?.Step ?? Focus);

    /// <summary>A finished attempt stays for the eye until another step is chosen or begun.</summary>
    private RunView? Run => View?.Run is { } run && (run.IsLive || _chosen is null || _chosen == run.Step) ? run : null;

    private string? Go => Step?.Go;

    private string Heading => Step?.Title ?? (View!.IsEnded ? "Examination ended" : "Indices");

    private string Sentence => View!.IsEnded
        ? Words.Ended(View, Context.Delivery.View)
        : Step?.Sentence ?? (View.Open.Any() ? "All steps are decided: accept the indices." : "Everything is accepted: end and send.");

    private bool NeedsPatient => View is { Patient: null, IsScripted: false, IsEnded: false };

    private bool CanMark => View!.Run is { IsLive: true, CuffChannel: not null };

    private bool CanAccept => View!.Run is not { IsLive: true } && (Focus is null ? View.Open.Any() : View.Of(Focus).Any(f => !f.Accepted));

    private bool HandsAreFree => View is { IsScripted: false, IsEnded: false } && Context.Board.Door?.Hands is not null;

    private bool Locked => View!.Run is { IsLive: true };

    private int CountInChart => InChart ? View!.Findings.Count(f => f.Accepted) : 0;

    /// <summary>The whole of it: what was sent before the end is in the chart too, and something may still follow.</summary>
    private bool InChart => View!.IsEnded && Context.Delivery.View.IsInChart;

    /// <summary>mm of tape a second, on a screen of 96 points to the inch: pulses for their shape, pressures for their fall.</summary>
    private double Sweep => Shown is { Kind: StepKind.PulseTrace } && View!.Speed is <= 1 ? 25 : 5;

    private double Scale => Run?.ScaleMmHg ?? Shown?.Kind switch { StepKind.ToePressure => 150, StepKind.ArmPressure => 200, _ => 300 };

    private ushort? PulseChannel => Run is { } run ? run.PulseChannel : Shown?.Kind is StepKind.ToePressure or StepKind.PulseTrace or null ? View!.Devices.FirstOrDefault(d => d.Kind == "PPG")?.Channel : null;

    private ushort? CuffChannel => Run is { } run ? run.CuffChannel : Shown?.Kind is StepKind.PulseTrace ? null : View!.Devices.FirstOrDefault(d => d.Kind == "cuff")?.Channel;

    private string TraceClass => (PulseChannel, CuffChannel) switch { (not null, not null) => "both", (not null, null) => "pulse-only", _ => "cuff-only" };

    private bool ShowsCuffNumber => Run is { IsLive: true, CuffChannel: not null };

    private string? PulseWhere => View!.Devices.FirstOrDefault(d => d.Channel == PulseChannel)?.Where;

    private string? CuffWhere => View!.Devices.FirstOrDefault(d => d.Channel == CuffChannel)?.Where;

    /// <summary>Says that a trace does not move, and whose it is.</summary>
    private string? Held => Run is { IsLive: false } run ? $"held: {View!.Step(run.Step)?.Name}, attempt {run.Attempt}" : null;

    /// <summary>What was said while the cuff fell: until the judged end point is there, and after it only where the two differ.</summary>
    private LiveMark? Live => Run is { } run && Context.Board.Numbers.Mark is { } live && live.Step == run.Step && live.Attempt == run.Attempt
        && (run.EndPoint is null || Words.LiveAgainstJudged(View!, Context.Board.Numbers) is not null) ? live : null;

    private Side LargeSide => Shown?.Site.Side ?? (View!.Amputated.ContainsKey(Side.Right) ? Side.Left : Side.Right);

    private IEnumerable<Side> Sides => LargeSide == Side.Right ? [Side.Right, Side.Left] : [Side.Left, Side.Right];

    protected override void OnInitialized()
    {
        Context.Board.Changed += OnChanged;
        Context.Delivery.Changed += OnChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_script is null && View is not null)
        {
            _self = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./live-trace.js");
            _page = await _script.InvokeAsync<string>("attach", _gone.Token, _self);
        }

        if (_script is not null && View is not null)
        {
            await TellTraceAsync(_script);
        }
    }

    /// <summary>A key of the keyboard or a button of the page.</summary>
    /// <param name="timeStampMs">When it was pressed, on the page's own clock.</param>
    [JSInvokable]
    public async Task OnKey(string key, double timeStampMs)
    {
        ArgumentNullException.ThrowIfNull(key);
        _refusal = null;
        char armed = _armed;
        _armed = '\0';
        try
        {
            await PressAsync(key, timeStampMs, armed);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _refusal = "the station did not answer in time: look whether it still runs";
        }
        catch (PageRefusal)
        {
            // said already
        }
        catch (IOException)
        {
            _refusal = "the tape cannot be written: make room on the disk";
        }

        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        Context.Board.Changed -= OnChanged;
        Context.Delivery.Changed -= OnChanged;
        await _gone.CancelAsync();
        _self?.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }

        _gone.Dispose();
    }

    private async Task PressAsync(string key, double timeStampMs, char armed)
    {
        string? step = Focus;
        if (_reasons is { } reasons)
        {
            _reasons = null;
            if (int.TryParse(key, out int number) && number >= 1 && number <= reasons.Count)
            {
                await PerformAsync((fold, _) => BedsideActs.NotObtainable(fold, step, reasons[number - 1]));
            }

            return;
        }

        switch (key)
        {
            case " " or "m" or "Enter" or "u" or "r" or "a" or "n" when View!.IsEnded:
                break;
            case " ":
                await PerformAsync((fold, _) => BedsideActs.Go(fold, step));
                break;
            case "m":
                (long agoNs, long uncertaintyNs) = Ago(timeStampMs);
                // What passes until the act's turn comes is added there.
                long pressedNs = Context.Board.Pages.NowNs - agoNs;
                await PerformAsync((fold, _) => BedsideActs.Mark(fold, Context.Board.Door!.TapeAt(Context.Board.Pages.NowNs - pressedNs), uncertaintyNs));
                break;
            case "Enter":
                await PerformAsync((fold, _) => BedsideActs.Accept(fold, step));
                break;
            case "u":
                await PerformAsync((fold, _) => BedsideActs.Undo(fold));
                break;
            case "r":
                await PerformAsync((fold, _) => BedsideActs.Repeat(fold, step));
                break;
            case "a":
                await PerformAsync((fold, _) => BedsideActs.Another(fold, step));
                break;
            case "n":
                _reasons = Step is { } given && View!.Run is not { IsLive: true } ? GivenUp.For(given.Kind) : throw Refused(Step is null ? "every step is decided" : "stop the running step first");
                break;
            case "e" when armed == 'e':
                await PerformAsync((_, _) => new Act.End());
                break;
            case "e" when !View!.IsEnded:
                int left = View!.Steps.Count(s => s.Standing != StepStanding.Accepted);
                _armed = 'e';
                _refusal = left > 0 ? $"{left} steps are not decided yet; press E once more to end all the same" : null;
                break;
            case "s" when armed == 's':
                await PerformAsync((_, _) => new Act.Send());
                break;
            case "s" when !View!.IsEnded:
                _armed = View!.WhyNotSend is { } why ? throw Refused(why) : 's';
                break;
            case "b" when View!.IsEnded && armed == 'b':
                Context.Board.AskNext();
                break;
            case "b" when View!.IsEnded && Context.Board.OffersNext:
                _armed = 'b';
                break;
            case "+" or "-":
                ChangeGain(key == "+" ? 1 : -1);
                break;
            default:
                await HandAsync(key);
                break;
        }
    }

    private async Task HandAsync(string key)
    {
        if (Context.Board.Door?.Hands is not { } hands || View!.IsEnded)
        {
            return;
        }

        CuffMove? move = key switch { "i" => CuffMove.Pump, "d" => CuffMove.Bleed, "h" => CuffMove.Hold, "o" => CuffMove.Empty, _ => null };
        if (move is { } hand)
        {
            await hands.MoveAsync(hand, _gone.Token).WaitAsync(ActDeadline, Context.Time);
        }
        else if (key is "<" or ">")
        {
            double now = View.Speed ?? 1;
            double next = key == ">" ? Speeds.FirstOrDefault(s => s > now, Speeds[^1]) : Speeds.LastOrDefault(s => s < now, Speeds[0]);
            await hands.ChangeSpeedAsync(next, _gone.Token).WaitAsync(ActDeadline, Context.Time);
        }
    }

    private async Task PerformAsync(Func<ExaminationFold, long, Act> act)
    {
        if (Context.Board.Door is not { } door)
        {
            return;
        }

        _refusal = await door.PerformAsync(act, Context.User, _gone.Token).WaitAsync(ActDeadline, Context.Time);
        if (_refusal is null)
        {
            Follow();
        }
    }

    /// <summary>A chosen step is left when it is decided: what comes next is then again what the protocol says.</summary>
    private void Follow()
    {
        if (View is { IsEnded: false } && View.Step(_chosen) is null or { Standing: StepStanding.Accepted })
        {
            _chosen = null;
        }
    }

    private (long AgoNs, long UncertaintyNs) Ago(double timeStampMs) =>
        Context.Board.Pages.Ago(_page, timeStampMs) ?? throw Refused("this page's clock is not measured yet: mark again in a second");

    private void ChangeGain(int by)
    {
        if (Locked)
        {
            throw Refused("the gain is locked while the step runs");
        }

        _gain = Gains[Math.Clamp(Array.IndexOf(Gains, _gain) + by, 0, Gains.Length - 1)];
    }

    private void Choose(string step)
    {
        _reasons = null;
        _refusal = View!.Run is { IsLive: true } ? "another step is running: stop it first" : null;
        _chosen = _refusal is null ? step : _chosen;
    }

    private async Task NamePatient((string Identifier, string Order) named)
    {
        if (Context.PatientSystem is { } system)
        {
            await PerformAsync((_, _) => new Act.Patient(system, named.Identifier, null, null, named.Order.Length > 0 ? named.Order : null, null, null, null));
        }
    }

    /// <summary>Patient and order as the worklist has them; the order is kept, so that its pictures find their way.</summary>
    private async Task NameOrder(WorklistItem item)
    {
        await PerformAsync((_, _) => Context.Worklist!.PatientOf(item));
        if (_refusal is null && View is { } view)
        {
            await new OrderRecord(Context.Database).KeepAsync(Context.Worklist!.OrderOf(item, view.Examination, Context.User, UtcNs.Of(Context.Time.GetUtcNow())), _gone.Token);
        }
    }

    /// <summary>Thrown where an act cannot even be made; shown as every other refusal.</summary>
    private PageRefusal Refused(string why)
    {
        _refusal = why;
        return new PageRefusal(why);
    }

    private void OnChanged()
    {
        if (Interlocked.Exchange(ref _redrawing, 1) == 0)
        {
            _ = RedrawAsync();
        }
    }

    private async Task RedrawAsync()
    {
        try
        {
            await Task.Delay(Redraw, Context.Time, _gone.Token);
            Interlocked.Exchange(ref _redrawing, 0);
            await InvokeAsync(() =>
            {
                if (View?.Examination is { } id && id != _shown)
                {
                    // nothing chosen on this screen outlives its examination
                    (_shown, _chosen, _reasons, _refusal, _armed, _owedOpen, _told) = (id, null, null, null, '\0', false, null);
                }

                Follow();
                StateHasChanged();
            });
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the page went
        }
    }

    /// <summary>Tells the drawing what to draw, when that is another.</summary>
    private async Task TellTraceAsync(IJSObjectReference script)
    {
        RunView? run = Run;
        var told = new TraceOrder(
            PulseChannel,
            CuffChannel,
            Shown?.Kind == StepKind.AnklePressure && Context.Board.Door?.Hands is { OwnTime: true } ? BedsideBoard.Ear : null,
            Sweep,
            _gain,
            Scale,
            run is null ? null : run.FromNs / 1e9,
            run is { IsLive: false, ToNs: { } to } ? to / 1e9 : null,
            run?.EndPoint is { } end ? end.AtNs / 1e9 : null,
            run?.EndPoint?.MmHg,
            run?.EndPoint?.Label,
            Words.EndPoint(Shown?.Kind),
            Live is { } live ? live.Mark.EndPointAtNs / 1e9 : null,
            Live?.Mark.MmHg,
            Live is { Mark: var said } ? said.Standing == EndPointStanding.Withdrawn ? $"withdrawn ({Words.LiveValue(said.MmHg)})" : run is { IsLive: true } ? $"{Words.LiveValue(said.MmHg)} so far" : $"said live: {Words.LiveValue(said.MmHg)}" : null);
        string written = JsonSerializer.Serialize(told);
        if (written != _told)
        {
            _told = written;
            await script.InvokeVoidAsync("show", _gone.Token, told);
        }
    }

    private sealed record TraceOrder(
        ushort? Pulse, ushort? Cuff, ushort? Ear, double Sweep, double Gain, double Scale, double? From, double? To, double? EndAt, double? EndMmHg, string? EndLabel, string EndWord,
        double? LiveAt, double? LiveMmHg, string? LiveLabel);
}

/// <summary>A key that means nothing now; the sentence is for the person who pressed it.</summary>
public sealed class PageRefusal(string why) : FormatException(why);

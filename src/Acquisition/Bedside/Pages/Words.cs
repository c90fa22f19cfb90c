using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>Short words of the page that belong to no other concept.</summary>
internal static class Words
{
    public static string Speed(double? speed) => speed is { } paced ? string.Create(CultureInfo.InvariantCulture, $"{paced:0.##}×") : "unpaced";

    public static string Gain(double gain) => string.Create(CultureInfo.InvariantCulture, $"{gain:0.0##}×");

    public static string Sweep(double mmPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{mmPerSecond:0.#} mm/s");

    public static string Whole(double? mmHg) => mmHg is { } value ? Pressure.FromMmHg(value).Printed.ToString(CultureInfo.InvariantCulture) : "not read";

    /// <summary>How the cuff moves, in words; a hand holds within half a mmHg a second.</summary>
    public static string Slope(LiveNumbers numbers) => numbers.MmHgPerSecond switch
    {
        null => string.Empty,
        _ when numbers.CuffMmHg < 1 => "empty",
        > 0.5 and var up => string.Create(CultureInfo.InvariantCulture, $"rising {up:0.0} mmHg/s"),
        < -0.5 and var down => string.Create(CultureInfo.InvariantCulture, $"falling {-down:0.0} mmHg/s"),
        _ => "holding",
    };

    public static string Class(StepView step, string? focus) => string.Join(' ', new[]
    {
        step.Key == focus ? "on" : string.Empty,
        step.Standing switch { StepStanding.Accepted => "done", StepStanding.Running => "running", StepStanding.Found => "found", _ => string.Empty },
    }.Where(c => c.Length > 0));

    /// <summary>What stands at the right of a step: its value, or how it stands, in words.</summary>
    public static string StepValue(BedsideView view, StepView step) => step.Standing switch
    {
        StepStanding.Running when view.Electrodes.FirstOrDefault(e => e.Step == step.Key) is { } electrode => electrode.HasAnswer ? "stop" : electrode.IsWarning ? "look" : electrode.WarmIn ?? "wait",
        StepStanding.Running => $"attempt {step.Attempts}",
        _ when view.Outcome(step.Key) is { } found => step.Kind == StepKind.PulseTrace ? found.Value.Split(',')[0] : found.Value,
        _ => step.Attempts > 0 ? "to repeat" : string.Empty,
    };

    public static string Derived(BedsideView view)
    {
        int open = view.Of(ProtocolStep.Derived).Count(f => !f.Accepted);
        return open > 0 ? $"{open} to accept" : view.Of(ProtocolStep.Derived).Any() ? "accepted" : string.Empty;
    }

    public static string EndPoint(StepKind? kind) => kind == StepKind.ToePressure ? "pulse returns" : "marked";

    /// <summary>What the screen said while the cuff fell, where the judged run says otherwise; null where they agree or nothing was said.</summary>
    public static string? LiveAgainstJudged(BedsideView view, LiveNumbers numbers)
    {
        if (view.Run is not { IsLive: false } run || numbers.Mark is not { } live || live.Step != run.Step || live.Attempt != run.Attempt
            || (view.Of(run.Step).FirstOrDefault(f => f.IsReading && f.Attempt == run.Attempt) ?? view.Outcome(run.Step)) is not { } judged)
        {
            return null;
        }

        string said = LiveValue(live.Mark.MmHg);
        return live.Mark.Standing == EndPointStanding.Withdrawn ? null
            : judged.Value == said ? null
            : $"While the cuff fell the screen said {said} mmHg; the whole run says {judged.Value}{(judged.Unit.Length > 0 ? $" {judged.Unit}" : string.Empty)}.";
    }

    public static string LiveValue(double mmHg) => Pressure.FromMmHg(mmHg).Printed.ToString(CultureInfo.InvariantCulture);

    public static string Ended(BedsideView view, DeliveryView delivery) => delivery.Rows.Count == 0
        ? "Ended and signed; the result is being committed."
        : $"Ended. The result is {ResultsTable.Delivery(delivery.Rows)}.";
}

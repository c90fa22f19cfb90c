using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Bedside;

/// <summary>Where a page's acts enter the examination: the same door as acts from standard input, with the same refusals.</summary>
public interface IBedsideDoor
{
    /// <summary>The simulated technician is at work; the first act of a person ends that.</summary>
    bool IsScripted { get; }

    /// <summary>Hands of the simulated world; null where hands are real.</summary>
    ISimulatedHands? Hands { get; }

    /// <summary>The tape's time at a moment that passed. Asked while an act is made.</summary>
    /// <param name="agoNs">Real time since.</param>
    long TapeAt(long agoNs);

    /// <summary>Does an act in its place among the records.</summary>
    /// <param name="act">Made when its turn comes, of what the examination then shows and the tape's time then; throws <see cref="FormatException"/> with the reason it cannot be made.</param>
    /// <returns>The refusal in words; null when it was done and is durable.</returns>
    Task<string?> PerformAsync(Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel);

    /// <summary>The same for paperwork: whoever is at work at the bedside goes on.</summary>
    /// <param name="act">Makes an act with <see cref="Act.IsPaperwork"/>, or an undo of one.</param>
    Task<string?> EnterAsync(Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel) => PerformAsync(act, user, cancel);
}

/// <summary>What a person does in the simulated world that is no act of the examination: hands on pump and valve, and how fast time runs.</summary>
public interface ISimulatedHands
{
    /// <summary>Everything is simulated and the ear too: time may run faster, and what is heard is drawn. False where real devices stand beside.</summary>
    bool OwnTime { get; }

    /// <summary>Moves the hand-operated cuff.</summary>
    Task MoveAsync(CuffMove move, CancellationToken cancel);

    /// <summary>Simulated seconds a second from now on; noted on the tape.</summary>
    Task ChangeSpeedAsync(double speed, CancellationToken cancel);
}

/// <summary>What a hand does to a cuff.</summary>
public enum CuffMove
{
    /// <summary>Pumps, 20 mmHg/s, until held or at the limit.</summary>
    Pump,

    /// <summary>Lets go slowly, 2 mmHg/s, until held or empty.</summary>
    Bleed,

    /// <summary>Closes pump and valve.</summary>
    Hold,

    /// <summary>Opens the valve.</summary>
    Empty,
}

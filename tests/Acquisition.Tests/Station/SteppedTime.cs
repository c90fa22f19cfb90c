using Microsoft.Extensions.Time.Testing;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A wall clock that someone sets while the monotonic one runs on.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    public TimeSpan WallStep { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallStep;

    // the base derives its timestamp from the wall clock
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

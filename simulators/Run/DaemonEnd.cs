using Vascular.Simulators.Iiod;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Run;

/// <summary>The iiod behind which TcPO2 monitors of the scenario are.</summary>
public sealed class DaemonEnd(IiodServer server, TextWriter? truth) : IRunEnd
{
    public bool HasHost => server.HasHost;

    /// <summary>Answers when it is asked.</summary>
    public long? NextAtNs => null;

    public void Look(long nowNs) => server.Turn(nowNs, truth);

    public void Speak(long atNs)
    {
    }

    public void Dispose() => server.Dispose();
}

using Vascular.Simulators.Interop;

namespace Vascular.Simulators.Wire;

/// <summary>A pseudo-terminal with a link of a stable name to it.</summary>
public sealed class PtyLine : IHostLine
{
    private readonly PseudoTerminal terminal;
    private readonly string link;

    /// <exception cref="IOException">No terminal, or the name is taken by something that is not a link.</exception>
    public PtyLine(string link)
    {
        this.link = Path.GetFullPath(link);
        FileInfo taken = new(this.link);
        if (taken.LinkTarget is null && Path.Exists(this.link))
        {
            throw new IOException($"{this.link} exists and is not a symbolic link");
        }

        terminal = PseudoTerminal.Open();
        taken.Delete(); // a link left behind by a run that was killed
        File.CreateSymbolicLink(this.link, terminal.Path);
    }

    public string Address => $"{link} -> {terminal.Path}";

    public int? Read(Span<byte> bytes) => terminal.Read(bytes);

    public int Write(ReadOnlySpan<byte> bytes) => terminal.Write(bytes);

    /// <summary>Removes the link, unless it is another run's by now.</summary>
    public void Dispose()
    {
        if (new FileInfo(link).LinkTarget == terminal.Path)
        {
            File.Delete(link);
        }

        terminal.Dispose();
    }
}

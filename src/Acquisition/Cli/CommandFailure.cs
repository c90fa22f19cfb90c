namespace Vascular.Acquisition.Cli;

/// <summary>A command that was refused or failed: printed as <c>error: what, where, what to do</c>, exit code 1.</summary>
public class CommandFailure : Exception
{
    public CommandFailure(string what, string where, string whatToDo, Exception? inner = null)
        : base($"{what}, {where}, {whatToDo}", inner)
        => (What, Where, WhatToDo) = (what, where, whatToDo);

    public string What { get; }

    public string Where { get; }

    public string WhatToDo { get; }
}

/// <summary>An option's value that could be right of no file: usage, exit code 2.</summary>
public sealed class UsageFailure(string what, string where, string whatToDo) : CommandFailure(what, where, whatToDo);

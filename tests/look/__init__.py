"""The components and scripts by themselves: real templates, styles and scripts, sample pages, no rooms behind them."""
